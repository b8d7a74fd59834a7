import { controlledBy, deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Endpoints } from '@periplus/kinds'
import type { Endpoint, EndpointAddress, EndpointPort, EndpointSlice } from '@periplus/kinds'
import { ipFamilyOf } from '@periplus/kinds'
import { packedSubsets } from '../endpoints/subsets.ts'
import { recycled } from '../endpointslice/commands.ts'
import { prefixOf } from '../generated-names.ts'
import type { SliceChanges } from '../endpointslice/commands.ts'
import type { AddressType, SlicePort } from '../endpointslice/endpoint.ts'
import { managedBy, serviceName } from '../endpointslice/labels.ts'
import { triggerTime } from '../services/trigger-time.ts'

export const mirrorManager = 'endpointslicemirroring-controller.k8s.io'

/** Of one subset, so many addresses are mirrored: into one slice. */
const mostMirrored = 1000

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

export interface Mirrored extends SliceChanges {
  readonly invalid: number
  readonly skipped: number
}

interface Wanted {
  readonly type: AddressType
  readonly ports: readonly SlicePort[]
  readonly endpoints: readonly Endpoint[]
}

/** What makes `slices` show what somebody wrote into Endpoints by hand. */
export const mirrored = (endpoints: Stored<Endpoints>, slices: readonly Stored<EndpointSlice>[]): Mirrored => {
  let invalid = 0
  let skipped = 0
  const wanted = new Map<string, Wanted>()
  for (const { addresses = [], notReadyAddresses = [], ports = [] } of packedSubsets(endpoints.subsets ?? [])) {
    const all = [...addresses.map(endpointOf(true)), ...notReadyAddresses.map(endpointOf(false))]
    const valid = all.filter(one => one !== undefined)
    const kept = valid.slice(0, mostMirrored)
    invalid += all.length - valid.length
    skipped += valid.length - kept.length
    for (const type of ['IPv4', 'IPv6'] as const) {
      const ofType = kept.filter(one => one.type === type).map(({ endpoint }) => endpoint)
      if (ofType.length > 0) wanted.set(keyOf(type, ports), { type, ports: ports.map(portOf), endpoints: ofType })
    }
  }
  const creations: EndpointSlice[] = []
  const updates: { before: Stored<EndpointSlice>; after: EndpointSlice }[] = []
  const kept = new Set<Stored<EndpointSlice>>()
  for (const [key, want] of wanted) {
    const before = slices.find(({ addressType, ports }) => keyOf(addressType, ports) === key)
    const after = sliceOf(endpoints, want)
    if (!before) creations.push(after)
    else {
      kept.add(before)
      if (!isLike(before, after)) updates.push({ before, after })
    }
  }
  const deletions = slices.filter(slice => !kept.has(slice))
  const ending = endpoints.metadata.deletionTimestamp !== undefined
  return { ...recycled({ creations: ending ? [] : creations, updates, deletions }, () => true), invalid, skipped }
}

const keyOf = (type: string, ports: readonly (EndpointPort | SlicePort)[] = []): string =>
  JSON.stringify([
    type,
    ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => [name, port, protocol, appProtocol]).sort(),
  ])

const portOf = ({ name = '', port, protocol = 'TCP', appProtocol }: EndpointPort): SlicePort => ({
  name,
  port,
  protocol,
  ...(appProtocol === undefined ? {} : { appProtocol }),
})

const endpointOf =
  (ready: boolean) =>
  ({ ip, hostname, nodeName, targetRef }: EndpointAddress): { type: AddressType; endpoint: Endpoint } | undefined => {
    const family = ipFamilyOf(ip)
    if (family === undefined) return undefined
    const endpoint: Endpoint = {
      addresses: [ip],
      conditions: { ready },
      ...(hostname ? { hostname } : {}),
      ...(targetRef ? { targetRef } : {}),
      ...(nodeName ? { nodeName } : {}),
    }
    return { type: family === 6 ? 'IPv6' : 'IPv4', endpoint }
  }

const sliceOf = (endpoints: Stored<Endpoints>, { type, ports, endpoints: list }: Wanted): EndpointSlice => {
  const { [triggerTime]: _, [lastApplied]: __, ...annotations } = endpoints.metadata.annotations ?? {}
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      generateName: prefixOf(endpoints.metadata.name),
      namespace: endpoints.metadata.namespace,
      labels: { ...endpoints.metadata.labels, [serviceName]: endpoints.metadata.name, [managedBy]: mirrorManager },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
      ownerReferences: [controlledBy(Endpoints, endpoints)],
    },
    addressType: type,
    endpoints: list,
    ports,
  }
}

/** Whether two slices say the same, in whatever order. */
const isLike = (a: EndpointSlice, b: EndpointSlice): boolean =>
  deepEqual(a.metadata?.labels, b.metadata?.labels) &&
  deepEqual(a.metadata?.annotations ?? {}, b.metadata?.annotations ?? {}) &&
  a.metadata?.ownerReferences?.[0]?.uid === b.metadata?.ownerReferences?.[0]?.uid &&
  deepEqual(inOrder(a), inOrder(b))

const inOrder = ({ endpoints = [] }: EndpointSlice): readonly string[] =>
  endpoints
    .map(({ addresses, conditions, hostname, targetRef, nodeName }) =>
      JSON.stringify([addresses, conditions?.ready, hostname, targetRef?.uid, targetRef?.name, nodeName]),
    )
    .sort()
