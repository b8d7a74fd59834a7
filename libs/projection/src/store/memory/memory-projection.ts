import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { RecordedEvent, Sequence } from '@periplus/log'
import { digestOfFacts } from '../content-hash.ts'
import type { Fact } from '../content-hash.ts'
import {
  eventOfValue,
  fieldOf,
  pointerName,
  project,
  readTip,
  refOfPath,
  resourceOf,
  tipOf,
  typeOfMark,
} from '../projected.ts'
import type { Projected } from '../projected.ts'
import type { At, Projection } from '../projection.ts'
import { byNamespaceAndName } from '../ref-order.ts'

interface Place {
  live: Projected | undefined
  gone: Projected | undefined
  /** Sequences with the marks of their types, oldest first. */
  history: { readonly sequence: Sequence; readonly mark: string }[]
}

/** A projection in this process's memory, for tests and simulations; `flush` empties it as a FLUSHALL does. */
export interface MemoryProjection extends Projection {
  flush(): void
}

export const memoryProjection = (): MemoryProjection => {
  let applied: Sequence = 0
  let tip: string | undefined
  /** By resource, then by field. */
  let resources = new Map<string, Map<string, Place>>()

  const place = ({ resource, field }: Projected): Place => {
    let fields = resources.get(resource)
    if (!fields) resources.set(resource, (fields = new Map()))
    let found = fields.get(field)
    if (!found) fields.set(field, (found = { live: undefined, gone: undefined, history: [] }))
    return found
  }
  const fold = (event: RecordedEvent): void => {
    const projected = project(event)
    const at = place(projected)
    const gone = event.type === 'deleted'
    at.live = gone ? undefined : projected
    at.gone = gone ? projected : undefined
    if (projected.rollup) at.history = []
    at.history.push({ sequence: projected.sequence, mark: projected.mark })
  }
  const answer = <A>(value: A): Either<never, At<A>> => E.right({ applied, value })
  function* places(): Generator<Place> {
    for (const fields of resources.values()) yield* fields.values()
  }
  function* facts(): Generator<Fact> {
    yield ['applied', '', String(applied)]
    const newest = [...places()].map(({ history }) => history.at(-1)?.sequence ?? 0)
    if (newest.length > 0) {
      yield ['totals', 'objects', String(newest.length)]
      yield ['totals', 'sequences', String(newest.reduce((sum, sequence) => sum + sequence, 0))]
    }
    if (tip) yield ['tip', '', tip]
    for (const [resource, fields] of resources) {
      yield ['resources', resource, '']
      const rows = [...fields]
      for (const [field] of rows) yield [`names:${resource}`, field, '']
      for (const [field, { live }] of rows) if (live) yield [`objects:${resource}`, field, live.value]
      for (const [field, { live }] of rows) if (live) yield [`pointers:${resource}`, field, live.pointers.join('\n')]
      for (const [field, { gone }] of rows) if (gone) yield [`gone:${resource}`, field, gone.value]
      for (const [field, { history }] of rows)
        yield [`history:${resource}/${field}`, '', history.map(({ sequence, mark }) => `${sequence}${mark}`).join()]
      for (const [field, { live }] of rows)
        for (const name of live?.pointers ?? []) yield [`index:${name}`, `${resource}/${field}`, '']
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
    clear: async () => E.right(flush()),
    history: async ref => {
      const found = resources.get(resourceOf(ref))?.get(fieldOf(ref))?.history ?? []
      return answer(found.map(({ sequence, mark }) => ({ sequence, type: typeOfMark(mark) })))
    },
    objectsAt: async (sequence, scope) => {
      const fields = [...(resources.get(resourceOf(scope)) ?? [])]
      const found = fields.flatMap(([field, { history }]) => {
        const newest = history.findLast(event => event.sequence <= sequence)
        const ref = refOfPath(`${resourceOf(scope)}/${field}`)
        const wanted = newest && newest.mark !== 'd' && (!scope.namespace || scope.namespace === ref.namespace)
        return wanted ? [{ ref, sequence: newest.sequence }] : []
      })
      return answer(found.sort((a, b) => byNamespaceAndName(a.ref, b.ref)))
    },
    find: async pointer => {
      const name = pointerName(pointer)
      const found = [...places()].flatMap(({ live }) => (live?.pointers.includes(name) ? [live] : []))
      return answer(found.map(({ resource, field }) => refOfPath(`${resource}/${field}`)))
    },
    snapshot: async () => {
      if (applied === 0) return undefined
      const events = [...places()].flatMap(({ live, gone }) => {
        const newest = live ?? gone
        return newest ? [eventOfValue(newest.resource, newest.field, newest.value)] : []
      })
      return {
        sequence: applied,
        tip: readTip(tip),
        events: (async function* () {
          yield events
        })(),
      }
    },
    contentHash: async () => answer(await digestOfFacts(facts())),
    flush,
    close: async () => undefined,
  }
}
