import { deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Patch } from '@periplus/commands'
import type { Endpoint, EndpointSlice } from '@periplus/kinds'

type Operation = { readonly op: 'add' | 'replace' | 'remove'; readonly path: string; readonly value?: unknown }

/**
 * What makes one slice of the other, as long as that is about its endpoints, labels and annotations: a decision's record then has the
 * endpoint that changed, and not the hundred that did not. `undefined` where more of it changes.
 */
export const slicePatch = (before: Stored<EndpointSlice>, after: EndpointSlice): Patch | undefined => {
  const rest = (slice: EndpointSlice): unknown => [
    slice.addressType,
    slice.ports ?? [],
    slice.metadata?.ownerReferences,
  ]
  if (!before.endpoints || !after.endpoints || !deepEqual(rest(before), rest(after))) return undefined
  const operations = [
    ...(['labels', 'annotations'] as const).flatMap(name => mapChange(name, before, after)),
    ...listChanges(before.endpoints, after.endpoints),
  ]
  return { type: 'json', body: operations }
}

const mapChange = (
  name: 'labels' | 'annotations',
  before: EndpointSlice,
  after: EndpointSlice,
): readonly Operation[] => {
  const [was, is] = [before.metadata?.[name], after.metadata?.[name]]
  const path = `/metadata/${name}`
  if (deepEqual(was ?? {}, is ?? {})) return []
  if (!is) return [{ op: 'remove', path }]
  return [{ op: was ? 'replace' : 'add', path, value: is }]
}

/** From the front: what differs in its place is replaced, what is too many goes, what is missing is added at the end. */
const listChanges = (before: readonly Endpoint[], after: readonly Endpoint[]): readonly Operation[] => {
  const kept = keptOf(before, after)
  const removals = [...before.keys()]
    .filter(at => !kept.has(at))
    .reverse()
    .map((at): Operation => ({ op: 'remove', path: `/endpoints/${at}` }))
  const left = before.filter((_, at) => kept.has(at))
  return [
    ...removals,
    ...after.flatMap((endpoint, at): Operation[] => {
      const present = left[at]
      if (present === undefined) return [{ op: 'add', path: '/endpoints/-', value: endpoint }]
      return deepEqual(present, endpoint) ? [] : [{ op: 'replace', path: `/endpoints/${at}`, value: endpoint }]
    }),
  ]
}

const nameOf = ({ addresses, targetRef }: Endpoint): string => targetRef?.uid ?? addresses.join()

/** The positions of those that stay, at most as many as are wanted. */
const keptOf = (before: readonly Endpoint[], after: readonly Endpoint[]): ReadonlySet<number> => {
  const wanted = new Set(after.map(nameOf))
  const kept = [...before.keys()].filter(at => wanted.has(nameOf(before[at] as Endpoint)))
  return new Set(kept.slice(0, after.length))
}
