import type { Endpoint, EndpointSlice } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'

type Fate = 'Stays' | 'Leaves' | 'Gone'

/**
 * The slices as their controller is about to write them, as far as pods go: an endpoint whose pod is gone is left out, one whose pod on
 * this node is being deleted terminates. So nobody is sent to a pod in the time that a controller takes to say that it goes. Who is not told of
 * other nodes' pods goes by what their slices say.
 */
export const foreseenSlices = (isToldOfOthers = true) => {
  const made = new WeakMap<EndpointSlice, { readonly fates: string; readonly slice: EndpointSlice }>()
  return (
    cut: Pick<Cut, 'byUid' | 'by'>,
    slices: readonly EndpointSlice[],
    nodeName: string,
  ): readonly EndpointSlice[] => {
    const leaving = new Set(
      cut
        .by(podsOnNode, nodeName)
        .flatMap(({ metadata }) => (metadata.deletionTimestamp === undefined ? [] : metadata.uid)),
    )
    const fateOf = ({ targetRef, nodeName: there }: Endpoint): Fate => {
      const uid = targetRef?.kind === 'Pod' ? targetRef.uid : undefined
      if (!uid || (!isToldOfOthers && there !== nodeName)) return 'Stays'
      return leaving.has(uid) ? 'Leaves' : cut.byUid(uid) ? 'Stays' : 'Gone'
    }
    return slices.map(slice => {
      // Nearly all of them.
      if (slice.endpoints?.every(endpoint => fateOf(endpoint) === 'Stays') !== false) return slice
      const fates = slice.endpoints.map(fateOf)
      const known = made.get(slice)
      if (known?.fates === fates.join()) return known.slice
      const endpoints = slice.endpoints.flatMap((endpoint, i) => foreseen(endpoint, fates[i] ?? 'Stays'))
      const next = { ...slice, endpoints }
      made.set(slice, { fates: fates.join(), slice: next })
      return next
    })
  }
}

const foreseen = (endpoint: Endpoint, fate: Fate): readonly Endpoint[] => {
  const { conditions } = endpoint
  // What its controller has said of a pod that terminates counts: a service may want such pods as they are.
  if (fate === 'Stays' || (fate === 'Leaves' && conditions?.terminating === true)) return [endpoint]
  if (fate === 'Gone') return []
  const serving = conditions?.serving ?? conditions?.ready ?? true
  return [
    {
      ...endpoint,
      conditions: { ...conditions, ready: false, serving, terminating: true },
    },
  ]
}
