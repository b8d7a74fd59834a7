import { deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Endpoint, EndpointSlice } from '@periplus/kinds'

/** Endpoints in one slice at most: so much is written again when one of them changes. */
export const mostEndpoints = 100

/** What becomes of a service's slices that have the same ports. */
export interface Packing {
  readonly updates: readonly { readonly slice: Stored<EndpointSlice>; readonly endpoints: readonly Endpoint[] }[]
  /** The endpoints of each slice that is to be made. */
  readonly creations: readonly (readonly Endpoint[])[]
  readonly deletions: readonly Stored<EndpointSlice>[]
  /** The endpoints that were not there, or not so. */
  readonly changed: readonly Endpoint[]
}

/** What an endpoint is known by: whatever else of it changes, it stays in its place. */
const identityOf = ({ addresses, hostname, targetRef }: Endpoint): string =>
  JSON.stringify([[...addresses].sort(), hostname ?? '', targetRef?.namespace ?? '', targetRef?.name ?? ''])

/**
 * Puts endpoints into slices of at most `most`, so that few slices are written: an endpoint stays where it is; new ones go
 * into slices that are written anyway, the fullest first; what is left goes into one slice with room for all of it, else into new
 * ones. Slices that nothing is left of go.
 */
export const pack = (slices: readonly Stored<EndpointSlice>[], desired: readonly Endpoint[], most: number): Packing => {
  const wanted = new Map(desired.map(endpoint => [identityOf(endpoint), endpoint]))
  const changed: Endpoint[] = []
  const written: { slice: Stored<EndpointSlice>; endpoints: Endpoint[] }[] = []
  const unchanged: Stored<EndpointSlice>[] = []
  const deletions: Stored<EndpointSlice>[] = []

  for (const slice of slices) {
    const before = slice.endpoints ?? []
    const endpoints: Endpoint[] = []
    let differs = false
    for (const endpoint of before) {
      const identity = identityOf(endpoint)
      const now = wanted.get(identity)
      if (!now || endpoints.length === most) continue
      wanted.delete(identity)
      endpoints.push(now)
      if (deepEqual(endpoint, now)) continue
      differs = true
      changed.push(now)
    }
    if (!differs && endpoints.length === before.length) unchanged.push(slice)
    else if (endpoints.length === 0) deletions.push(slice)
    else written.push({ slice, endpoints })
  }

  const rest = [...wanted.values()]
  changed.push(...rest)
  for (const { endpoints } of [...written].sort((a, b) => b.endpoints.length - a.endpoints.length))
    endpoints.push(...rest.splice(0, most - endpoints.length))

  const creations: Endpoint[][] = []
  while (rest.length > 0) {
    const roomy = rest.length < most ? roomiest(unchanged, rest.length, most) : undefined
    if (!roomy) {
      creations.push(rest.splice(0, most))
      continue
    }
    written.push({ slice: roomy, endpoints: [...(roomy.endpoints ?? []), ...rest.splice(0)] })
  }
  return { updates: written, creations, deletions, changed }
}

/** Of the slices that have room for so many more, the one that is fullest with them. */
const roomiest = (
  slices: readonly Stored<EndpointSlice>[],
  more: number,
  most: number,
): Stored<EndpointSlice> | undefined =>
  slices
    .filter(({ endpoints = [] }) => endpoints.length + more <= most)
    .sort((a, b) => (b.endpoints?.length ?? 0) - (a.endpoints?.length ?? 0))[0]
