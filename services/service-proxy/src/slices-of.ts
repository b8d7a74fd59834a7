import { isAnothers } from '@periplus/kinds'
import type { EndpointSlice, Service } from '@periplus/kinds'

const keyOf = ({ metadata }: Service): string => `${metadata?.namespace}/${metadata?.name}`

/** Each service's slices, but for those that are given to another proxy. */
export const slicesOf = (slices: readonly EndpointSlice[]): ((service: Service) => readonly EndpointSlice[]) => {
  const grouped = new Map<string, EndpointSlice[]>()
  for (const slice of slices) {
    const name = slice.metadata?.labels?.['kubernetes.io/service-name']
    if (name === undefined || isAnothers(slice)) continue
    const key = `${slice.metadata?.namespace}/${name}`
    const group = grouped.get(key)
    if (group) group.push(slice)
    else grouped.set(key, [slice])
  }
  return service => grouped.get(keyOf(service)) ?? []
}
