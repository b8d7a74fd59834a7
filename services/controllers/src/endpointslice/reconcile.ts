import { controlledBy, deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Node, Service } from '@periplus/kinds'
import type { Endpoint, Pod, EndpointSlice } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { selectedPods } from '../services/selected-pods.ts'
import { timeOfChange, triggerTime, withTriggerTime } from '../services/trigger-time.ts'
import { prefixOf } from '../generated-names.ts'
import { recycled } from './commands.ts'
import type { SliceChanges } from './commands.ts'
import { endpointOf, portsOf } from './endpoint.ts'
import type { AddressType, SlicePort } from './endpoint.ts'
import { labelsOf } from './labels.ts'
import { pack } from './pack.ts'

/** Endpoints of one address type that answer at the same ports: they share slices. */
interface Group {
  readonly ports: readonly SlicePort[]
  readonly endpoints: Endpoint[]
}

/** What must be done so that the slices are those of the service, and the names of the pods whose nodes are missing. */
export interface Reconciled extends SliceChanges {
  readonly homeless: readonly string[]
  /** How many endpoints the slices have then. */
  readonly endpoints: number
}

const keyOfPorts = (ports: readonly SlicePort[] = []): string =>
  JSON.stringify(
    ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => [name, port, protocol, appProtocol]).sort(),
  )

const typesOf = ({ spec }: Service): readonly AddressType[] => {
  const families = (spec?.ipFamilies ?? []).filter(family => family === 'IPv4' || family === 'IPv6')
  if (families.length > 0) return families
  if (spec?.clusterIP && spec.clusterIP !== 'None') return [spec.clusterIP.includes(':') ? 'IPv6' : 'IPv4']
  return ['IPv4', 'IPv6']
}

const isOwned = ({ metadata }: Stored<EndpointSlice>, service: Stored<Service>): boolean =>
  metadata.ownerReferences?.some(({ uid, kind }) => uid === service.metadata.uid && kind === 'Service') ?? false

/** `slices`: those of the service's name that this controller looks after and that nobody is deleting. */
export const reconcileSlices = (
  cut: Cut,
  service: Stored<Service>,
  slices: readonly Stored<EndpointSlice>[],
  most: number,
): Reconciled => {
  const pods = selectedPods(cut, service)
  const homeless = service.spec?.publishNotReadyAddresses
    ? []
    : pods.filter(({ spec }) => !cut.get(Node, '', spec?.nodeName ?? '')).map(({ metadata }) => metadata.name)
  const left = new Set(homeless)
  const shown = pods.filter(({ metadata }) => !left.has(metadata.name))
  const types = typesOf(service)
  const byType = types.map(type => ofType(cut, service, shown, slices, type, most))
  const changed = new Set(byType.flatMap(one => one.changed.map(({ targetRef }) => targetRef?.name)))
  const told = slices.map(({ metadata }) => metadata.annotations?.[triggerTime])
  const time = timeOfChange(
    service,
    pods.filter(({ metadata }) => changed.has(metadata.name)),
    slices.length > 0 ? told : undefined,
  )
  const timed = (slice: EndpointSlice): EndpointSlice => {
    const { annotations: before, ...metadata } = slice.metadata ?? {}
    const annotations = withTriggerTime(before, time)
    return { ...slice, metadata: { ...metadata, ...(annotations ? { annotations } : {}) } }
  }
  const { creations, updates, deletions } = recycled(
    {
      creations: byType.flatMap(one => one.creations),
      updates: byType.flatMap(one => one.updates),
      deletions: [
        ...slices.filter(({ addressType }) => !types.some(type => type === addressType)),
        ...byType.flatMap(one => one.deletions),
      ],
    },
    slice => isOwned(slice, service),
  )
  return {
    creations: creations.map(timed),
    updates: updates.map(({ before, after }) => ({ before, after: timed(after) })),
    deletions,
    homeless,
    endpoints: byType.reduce((sum, one) => sum + one.endpoints, 0),
  }
}

const ofType = (
  cut: Cut,
  service: Stored<Service>,
  pods: readonly Stored<Pod>[],
  all: readonly Stored<EndpointSlice>[],
  type: AddressType,
  most: number,
): SliceChanges & { readonly changed: readonly Endpoint[]; readonly endpoints: number } => {
  const slices = all.filter(({ addressType }) => addressType === type)
  const own = slices.filter(slice => isOwned(slice, service))
  const labels = labelsOf(service)
  const groups = groupsOf(cut, service, pods, type)
  const packings = [...groups].map(([key, { ports, endpoints }]) => ({
    ports,
    packing: pack(
      own.filter(slice => keyOfPorts(slice.ports) === key),
      endpoints,
      most,
    ),
  }))
  const made = packings.flatMap(({ ports, packing }) =>
    packing.creations.map(endpoints => newSlice(service, labels, type, ports, endpoints)),
  )
  const filled = packings.flatMap(({ packing }) => packing.updates)
  const deletions = [
    ...slices.filter(slice => !isOwned(slice, service)),
    ...own.filter(slice => !groups.has(keyOfPorts(slice.ports))),
    ...packings.flatMap(({ packing }) => packing.deletions),
  ]
  const nothing = made.length === 0 && slices.length === deletions.length
  const placeholder = nothing ? own.find(slice => isPlaceholder(slice)) : undefined
  const leaving = new Set(deletions.filter(slice => slice !== placeholder))
  const updates = new Map(
    filled.map(
      ({ slice, endpoints }) => [slice, { ...slice, endpoints, metadata: { ...slice.metadata, labels } }] as const,
    ),
  )
  for (const slice of own)
    if (!leaving.has(slice) && !updates.has(slice) && !deepEqual(slice.metadata.labels, labels))
      updates.set(slice, { ...slice, endpoints: slice.endpoints ?? [], metadata: { ...slice.metadata, labels } })
  return {
    // A service has a slice even where nothing answers, so that everybody can see that.
    creations: nothing && !placeholder ? [newSlice(service, labels, type, [], [])] : made,
    updates: [...updates].map(([before, after]) => ({ before, after: after as EndpointSlice })),
    deletions: [...leaving],
    changed: packings.flatMap(({ packing }) => packing.changed),
    endpoints: [...groups.values()].reduce((sum, { endpoints }) => sum + endpoints.length, 0),
  }
}

const isPlaceholder = ({ endpoints = [], ports = [] }: EndpointSlice): boolean =>
  endpoints.length === 0 && ports.length === 0

const groupsOf = (
  cut: Cut,
  service: Stored<Service>,
  pods: readonly Stored<Pod>[],
  type: AddressType,
): ReadonlyMap<string, Group> => {
  const groups = new Map<string, Group>()
  for (const pod of pods) {
    const endpoint = endpointOf(pod, cut.get(Node, '', pod.spec?.nodeName ?? ''), service, type)
    if (!endpoint) continue
    const ports = portsOf(pod, service)
    const key = keyOfPorts(ports)
    const group = groups.get(key)
    if (group) group.endpoints.push(endpoint)
    else groups.set(key, { ports, endpoints: [endpoint] })
  }
  return groups
}

const newSlice = (
  service: Stored<Service>,
  labels: Readonly<Record<string, string>>,
  addressType: AddressType,
  ports: readonly SlicePort[],
  endpoints: readonly Endpoint[],
): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    generateName: prefixOf(service.metadata.name),
    namespace: service.metadata.namespace,
    labels,
    ownerReferences: [controlledBy(Service, service)],
  },
  addressType,
  endpoints,
  ports,
})
