import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { Event, Namespace } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { combined, eventName, freshEvent, messagesApart } from './event.ts'
import type { Happening } from './happening.ts'

/**
 * The commands that tell people what happened, as Events. They belong at the end of a decision, because a refused Event must
 * not keep the work from being done.
 *
 * One that happened before is counted up rather than told again. An Event's name says what it is about and its place among
 * up to ten similar ones, so those that exist are found without a search; from the eleventh on they share one Event,
 * `(combined from similar events)`, as client-go's correlator does. Places become free when Events expire.
 */
export const tell = (
  cut: Cut,
  now: number,
  component: string,
  happenings: readonly Happening[],
): readonly Command[] => {
  const told = new Map<string, { readonly event: Event; readonly known: Stored<Event> | undefined }>()
  const names = eventNames(component)
  for (const happening of happenings) {
    const namespace = happening.regarding.metadata.namespace ?? 'default'
    if (cut.get(Namespace, '', namespace)?.metadata.deletionTimestamp) continue
    const find = (name: string): Event | undefined =>
      told.get(`${namespace}/${name}`)?.event ?? cut.get(Event, namespace, name)
    const { name, message } = placeOf(happening, names(happening), find)
    const known = cut.get(Event, namespace, name)
    const event = find(name) ?? freshEvent(happening, component, namespace, name, now)
    const again = find(name) !== undefined
    told.set(`${namespace}/${name}`, {
      known,
      event: { ...event, message, count: (event.count ?? 1) + (again ? 1 : 0), lastTimestamp: formatTime(now) },
    })
  }
  return [...told.values()].map(({ event, known }) => (known ? countUp(known, event) : create(event)))
}

/** The name at a place, made once for all that are alike: a ReplicaSet may tell of a thousand pods at once. */
type NameAt = (place: number | 'combined') => string

const eventNames = (component: string): ((happening: Happening) => NameAt) => {
  const known = new Map<string, NameAt>()
  return happening => {
    const { regarding, type, reason } = happening
    const alike = `${regarding.metadata.uid}/${type}/${reason}`
    let nameAt = known.get(alike)
    if (!nameAt) known.set(alike, (nameAt = namesOf(happening, component)))
    return nameAt
  }
}

const namesOf = (happening: Happening, component: string): NameAt => {
  const made = new Map<number | 'combined', string>()
  return place => {
    let name = made.get(place)
    if (name === undefined) made.set(place, (name = eventName(happening, component, place)))
    return name
  }
}

const placeOf = (
  { message }: Happening,
  nameAt: NameAt,
  find: (name: string) => Event | undefined,
): { readonly name: string; readonly message: string } => {
  for (let place = 0; place < messagesApart; place++) {
    const name = nameAt(place)
    const event = find(name)
    if (!event || event.message === message) return { name, message }
  }
  return { name: nameAt('combined'), message: combined(message) }
}

const create = (event: Event): Command => ({ verb: 'create', kind: Event, object: event })

const countUp = (known: Stored<Event>, { count, lastTimestamp, message }: Event): Command => ({
  verb: 'patch',
  kind: Event,
  ref: { group: '', resource: 'events', namespace: known.metadata.namespace ?? '', name: known.metadata.name },
  patch: { type: 'merge', body: { count, lastTimestamp, message } },
})
