import type { EndpointAddress, EndpointPort, EndpointSubset } from '@periplus/kinds'

interface Place {
  readonly address: EndpointAddress
  ready: boolean
}

const textOf = (port: EndpointPort | undefined): string =>
  JSON.stringify(port ? [port.name ?? '', port.port, port.protocol ?? 'TCP', port.appProtocol] : [])

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const byAddress = (a: Place, b: Place): number =>
  order(a.address.ip, b.address.ip) || order(a.address.targetRef?.uid ?? '', b.address.targetRef?.uid ?? '')

/**
 * The same endpoints in the one form in which they can be compared: ports at which the same addresses answer stand together, each
 * address once, everything in order. An address that is said to be ready and not to be is not.
 */
export const packedSubsets = (subsets: readonly EndpointSubset[]): readonly EndpointSubset[] => {
  const known = new Map<string, EndpointAddress>()
  const byPort = new Map<string, { port: EndpointPort | undefined; places: Map<string, Place> }>()
  const put = (port: EndpointPort | undefined, address: EndpointAddress, ready: boolean): void => {
    const key = JSON.stringify([address.ip, address.targetRef?.uid ?? ''])
    const first = known.get(key) ?? address
    known.set(key, first)
    const text = textOf(port)
    let at = byPort.get(text)
    if (!at) byPort.set(text, (at = { port, places: new Map() }))
    const place = at.places.get(key)
    if (place) place.ready &&= ready
    else at.places.set(key, { address: first, ready })
  }
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of subsets)
    for (const port of ports.length > 0 ? ports : [undefined]) {
      for (const address of addresses) put(port, address, true)
      for (const address of notReadyAddresses) put(port, address, false)
    }

  const byPlaces = new Map<string, { ports: EndpointPort[]; places: readonly Place[] }>()
  for (const [, { port, places }] of [...byPort].sort(([a], [b]) => order(a, b))) {
    const sorted = [...places.values()].sort(byAddress)
    const key = JSON.stringify(sorted.map(({ address, ready }) => [address.ip, address.targetRef?.uid, ready]))
    const at = byPlaces.get(key)
    if (!at) byPlaces.set(key, { ports: port ? [port] : [], places: sorted })
    else if (port) at.ports.push(port)
  }
  return [...byPlaces.values()].map(({ ports, places }) => {
    const addresses = places.filter(({ ready }) => ready).map(({ address }) => address)
    const notReadyAddresses = places.filter(({ ready }) => !ready).map(({ address }) => address)
    return {
      ...(addresses.length > 0 ? { addresses } : {}),
      ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
      ...(ports.length > 0 ? { ports } : {}),
    }
  })
}

/** So many addresses an Endpoints object has at most. */
export const mostAddresses = 1000

const count = (subsets: readonly EndpointSubset[], which: 'addresses' | 'notReadyAddresses'): number =>
  subsets.reduce((sum, subset) => sum + (subset[which]?.length ?? 0), 0)

/**
 * As much of the subsets as one object takes, ready addresses before others, of each subset in proportion; `undefined` where it
 * takes them all.
 */
export const truncated = (subsets: readonly EndpointSubset[]): readonly EndpointSubset[] | undefined => {
  const ready = count(subsets, 'addresses')
  const notReady = count(subsets, 'notReadyAddresses')
  if (ready + notReady <= mostAddresses) return undefined
  const cutsReady = ready > mostAddresses
  const [which, total, most] = cutsReady
    ? (['addresses', ready, mostAddresses] as const)
    : (['notReadyAddresses', notReady, mostAddresses - ready] as const)
  let room = most
  return subsets.flatMap(({ addresses = [], notReadyAddresses = [], ports }): EndpointSubset[] => {
    const all = which === 'addresses' ? addresses : notReadyAddresses
    const kept = all.slice(0, Math.min(room, Math.ceil((all.length / total) * most)))
    room -= kept.length
    const [first, second] = cutsReady ? [kept, []] : [addresses, kept]
    if (first.length + second.length === 0) return []
    return [
      {
        ...(first.length > 0 ? { addresses: first } : {}),
        ...(second.length > 0 ? { notReadyAddresses: second } : {}),
        ...(ports ? { ports } : {}),
      },
    ]
  })
}
