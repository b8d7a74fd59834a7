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
  const namesOf = eventNames(component)
  for (const happening of happenings) {
    const namespace = happening.regarding.metadata.namespace ?? 'default'
    if (cut.get(Namespace, '', namespace)?.metadata.deletionTimestamp) continue
    const find = (name: string): Event | undefined =>
      told.get(`${namespace}/${name}`)?.event ?? cut.get(Event, namespace, name)
    const { name, message } = placeOf(happening, namesOf(happening), find)
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

/** The names of alike happenings' Events, the combined one's last: a ReplicaSet may tell of a thousand pods at once. */
const eventNames = (component: string): ((happening: Happening) => readonly string[]) => {
  const known = new Map<string, readonly string[]>()
  return happening => {
    const { regarding, type, reason } = happening
    const alike = `${regarding.metadata.uid}/${type}/${reason}`
    let names = known.get(alike)
    if (!names) known.set(alike, (names = places.map(place => eventName(happening, component, place))))
    return names
  }
}
const places = [...Array(messagesApart).keys(), 'combined' as const]

const placeOf = (
  { message }: Happening,
  names: readonly string[],
  find: (name: string) => Event | undefined,
): { readonly name: string; readonly message: string } => {
  for (let place = 0; place < messagesApart; place++) {
    const name = names[place] as string
    const event = find(name)
    if (!event || event.message === message) return { name, message }
  }
  return { name: names[messagesApart] as string, message: combined(message) }
}

const create = (event: Event): Command => ({ verb: 'create', kind: Event, object: event })

const countUp = (known: Stored<Event>, { count, lastTimestamp, message }: Event): Command => ({
  verb: 'patch',
  kind: Event,
  ref: { group: '', resource: 'events', namespace: known.metadata.namespace ?? '', name: known.metadata.name },
  patch: { type: 'merge', body: { count, lastTimestamp, message } },
})
