import { E } from '@periplus/prelude'
import type { RecordedEvent, Sequence } from '@periplus/log'
import { digestOfFacts, factsSince } from '../content-hash.ts'
import type { Fact } from '../content-hash.ts'
import { eventOfValue, project, readTip, tipOf } from '../projected.ts'
import type { Projected } from '../projected.ts'
import type { Projection } from '../projection.ts'

/** A projection in this process's memory, for tests and simulations; `flush` empties it as a FLUSHALL does. */
export interface MemoryProjection extends Projection {
  flush(): void
}

/** A projection in memory, held to the same contract as the one in Redis. */
export const memoryProjection = (): MemoryProjection => {
  let applied: Sequence = 0
  let tip: string | undefined
  /** The newest of each object, by resource, then by field. */
  let resources = new Map<string, Map<string, Projected>>()

  const fold = (event: RecordedEvent): void => {
    const projected = project(event)
    const fields = resources.get(projected.resource) ?? new Map<string, Projected>()
    resources.set(projected.resource, fields.set(projected.field, projected))
  }
  const everything = (): readonly Projected[] => [...resources.values()].flatMap(fields => [...fields.values()])

  function* facts(): Generator<Fact> {
    yield ['applied', '', String(applied)]
    const all = everything()
    if (all.length > 0) {
      yield ['totals', 'objects', String(all.length)]
      yield ['totals', 'sequences', String(all.reduce((sum, { sequence }) => sum + sequence, 0))]
    }
    if (tip) yield ['tip', '', tip]
    for (const [resource, fields] of resources) {
      yield ['resources', resource, '']
      const rows = [...fields]
      for (const [field, { gone, value }] of rows) if (!gone) yield [`objects:${resource}`, field, value]
      for (const [field, { gone, value }] of rows) if (gone) yield [`gone:${resource}`, field, value]
      for (const [field, { sequence }] of rows) yield [`sequences:${resource}`, field, String(sequence)]
    }
  }

  const flush = (): void => {
    applied = 0
    tip = undefined
    resources = new Map()
  }

  return {
    apply: async (after, events) => {
      if (after !== applied) return E.right(applied)
      for (const event of events) {
        fold(event)
        applied = event.sequence
      }
      tip = tipOf(events) ?? tip
      return E.right(applied)
    },
    applied: async () => E.right(applied),
    tip: async () => E.right(readTip(tip)),
    forgetGone: async upTo => {
      let forgotten = 0
      for (const fields of resources.values())
        for (const [field, { gone, sequence }] of fields)
          if (gone && sequence <= upTo && fields.delete(field)) forgotten++
      return E.right(forgotten)
    },
    clear: async () => E.right(flush()),
    snapshot: async () => {
      if (applied === 0) return undefined
      const events = everything().map(({ resource, field, value }) => eventOfValue(resource, field, value))
      return {
        sequence: applied,
        tip: readTip(tip),
        events: (async function* () {
          yield events
        })(),
      }
    },
    contentHash: async (since = 0) => E.right({ applied, value: await digestOfFacts(factsSince(facts(), since)) }),
    flush,
    close: async () => undefined,
  }
}
