import { fromJson, toJson } from '@periplus/api'
import type { KubernetesObject, ObjectRef } from '@periplus/api'
import type { RecordedEvent } from '@periplus/log'
import { differences } from '../differences.ts'

/** Two writers who undo each other: each puts a field back to what the other had changed. */
export interface Fight {
  readonly ref: ObjectRef
  /** As `differences` names fields. */
  readonly path: string
  /** How often one of them put back what the other had written. */
  readonly undone: number
  /** The last event of each of the two, the older one first. */
  readonly last: readonly [RecordedEvent, RecordedEvent]
  /** What each of those two set the field to; `undefined`: they removed it. */
  readonly values: readonly [unknown, unknown]
}

/** From when on it is called a fight. */
export interface FightLimits {
  /** Milliseconds within which one write follows the other. */
  readonly window: number
  /** So often a field is put back before it is called a fight. */
  readonly leastUndone: number
}

const usual: FightLimits = { window: 10 * 60_000, leastUndone: 3 }

/** What changes with other objects, by whoever writes those: counts that go up and down are nobody's quarrel. */
const counted: ReadonlySet<string> = new Set(['/resourcequotas', 'policy/poddisruptionbudgets'])

/** What follows from a write, whoever makes it. */
const incidental = /^metadata\.(managedFields|generation|resourceVersion)|[gG]eneration$|Time(stamp)?$/

interface Write {
  readonly event: RecordedEvent
  readonly before: string
  readonly after: string
  readonly value: unknown
}

interface Contest {
  readonly last: Write
  readonly undone: number
}

const textOf = (value: unknown): string => (value === undefined ? '' : toJson(value))

const objectOf = ({ body }: RecordedEvent): KubernetesObject =>
  fromJson(Buffer.from(body).toString()) as KubernetesObject

const actorOf = ({ event }: Write): string => event.origin.actor

/** Whether a write puts a field back to what it was before somebody else's write just before it. */
const undoes = (write: Write, other: Write, window: number): boolean =>
  actorOf(write) !== actorOf(other) &&
  write.after === other.before &&
  Date.parse(write.event.time) - Date.parse(other.event.time) <= window

/**
 * Finds who fights whom in events that come in the log's order. Of an object's first event nothing is known of what it changed, so
 * a fight is seen from the second one on.
 */
export const fightsIn = async (
  events: AsyncIterable<RecordedEvent> | Iterable<RecordedEvent>,
  limits: Partial<FightLimits> = {},
): Promise<readonly Fight[]> => {
  const { window, leastUndone } = { ...usual, ...limits }
  const objects = new Map<string, { readonly event: RecordedEvent; readonly fields: Map<string, Contest> }>()
  const found = new Map<string, Fight>()
  for await (const event of events) {
    const { ref } = event
    if (counted.has(`${ref.group}/${ref.resource}`)) continue
    const place = toJson([ref.group, ref.resource, ref.namespace, ref.name])
    const known = objects.get(place)
    if (event.type === 'deleted') {
      objects.delete(place)
      continue
    }
    const fields = known?.fields ?? new Map<string, Contest>()
    objects.set(place, { event, fields })
    if (!known || event.type === 'created') continue
    for (const { path, before, after } of differences(objectOf(known.event), objectOf(event))) {
      if (incidental.test(path)) continue
      const last: Write = { event, before: textOf(before), after: textOf(after), value: after }
      const contest = fields.get(path)
      const undone = contest && undoes(last, contest.last, window) ? contest.undone + 1 : 0
      fields.set(path, { last, undone })
      if (contest && undone >= leastUndone)
        found.set(`${place} ${path}`, fightOf(ref, path, undone, contest.last, last))
    }
  }
  return [...found.values()].sort((a, b) => b.undone - a.undone)
}

const fightOf = (ref: ObjectRef, path: string, undone: number, first: Write, then: Write): Fight => ({
  ...{ ref, path, undone },
  last: [first.event, then.event],
  values: [first.value, then.value],
})
