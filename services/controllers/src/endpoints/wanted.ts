import { deepEqual } from '@periplus/api'
import { isPodReady } from '@periplus/kinds'
import type { Stored } from '@periplus/api'
import type { EndpointAddress, Endpoints, EndpointSubset, Pod, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { addressesOf, hostnameOf, isHeadless, selectedPods, targetPortOf } from '../services/selected-pods.ts'
import { timeOfChange, triggerTime, withTriggerTime } from '../services/trigger-time.ts'
import { packedSubsets, truncated } from './subsets.ts'

export const managedBy = 'endpoints.kubernetes.io/managed-by'
export const manager = 'endpoint-controller'
const overCapacity = 'endpoints.kubernetes.io/over-capacity'
const headless = 'service.kubernetes.io/headless'

/** What a service's Endpoints should be; `undefined` where `present` is that already. */
export const wantedEndpoints = (
  cut: Cut,
  service: Stored<Service>,
  present: Stored<Endpoints> | undefined,
): Endpoints | undefined => {
  const pods = shownPods(cut, service)
  const all = packedSubsets(pods.flatMap(pod => subsetsOf(pod, service)))
  const cutDown = truncated(all)
  const subsets = cutDown ?? all
  const labels = labelsOf(service)
  const before = present?.metadata.annotations
  const isCut = before?.[overCapacity] !== undefined
  if (
    present &&
    deepEqual(packedSubsets(present.subsets ?? []), subsets) &&
    deepEqual(present.metadata.labels, labels) &&
    isCut === (cutDown !== undefined)
  )
    return undefined
  const known = new Map(placesIn(present?.subsets ?? []))
  const changed = new Set(placesIn(subsets).flatMap(([uid, place]) => (known.get(uid) === place ? [] : [uid])))
  const time = timeOfChange(
    service,
    pods.filter(({ metadata }) => changed.has(metadata.uid)),
    present ? [before?.[triggerTime]] : undefined,
  )
  const { [overCapacity]: _, ...rest } = before ?? {}
  const annotations = withTriggerTime(cutDown ? { ...rest, [overCapacity]: 'truncated' } : rest, time)
  const { annotations: __, ...metadata } = present?.metadata ?? { annotations: undefined }
  const { name, namespace } = service.metadata
  return {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { ...metadata, name, namespace, labels, ...(annotations ? { annotations } : {}) },
    ...(subsets.length > 0 ? { subsets } : {}),
  }
}

const labelsOf = (service: Stored<Service>): Readonly<Record<string, string>> => {
  const { [headless]: _, ...own } = service.metadata.labels ?? {}
  return { ...own, ...(isHeadless(service) ? { [headless]: '' } : {}), [managedBy]: manager }
}

/** Endpoints have no word for pods that are about to go, so they are left out, unless the service wants its pods as they are. */
const shownPods = (cut: Cut, service: Stored<Service>): readonly Stored<Pod>[] =>
  service.spec?.publishNotReadyAddresses
    ? selectedPods(cut, service)
    : selectedPods(cut, service).filter(({ metadata }) => metadata.deletionTimestamp === undefined)

const subsetsOf = (pod: Stored<Pod>, service: Stored<Service>): readonly EndpointSubset[] => {
  const address = addressOf(pod, service)
  if (!address) return []
  const { ports = [], publishNotReadyAddresses } = service.spec ?? {}
  const ready = publishNotReadyAddresses || isPodReady(pod)
  const at = ready ? { addresses: [address] } : { notReadyAddresses: [address] }
  if (ports.length === 0) return isHeadless(service) ? [at] : []
  return ports.flatMap(one => {
    const port = targetPortOf(pod, one)
    if (port === undefined) return []
    const { name, protocol = 'TCP', appProtocol } = one
    const found = { ...(name ? { name } : {}), port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }
    return [{ ...at, ports: [found] }]
  })
}

const addressOf = (pod: Stored<Pod>, service: Stored<Service>): EndpointAddress | undefined => {
  const wantsV6 = service.spec?.ipFamilies?.[0] === 'IPv6'
  const ip = addressesOf(pod).find(one => one.includes(':') === wantsV6)
  if (ip === undefined) return undefined
  const { namespace, name, uid } = pod.metadata
  const hostname = hostnameOf(pod, service)
  const nodeName = pod.spec?.nodeName
  return {
    ip,
    ...(hostname ? { hostname } : {}),
    ...(nodeName ? { nodeName } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
  }
}

/** For each pod that the subsets show, what they show of it, as text. */
const placesIn = (subsets: readonly EndpointSubset[]): readonly (readonly [string, string])[] => {
  const places = new Map<string, string>()
  const note = ({ ip, targetRef }: EndpointAddress, ready: boolean): void => {
    const uid = targetRef?.uid
    if (uid) places.set(uid, `${places.get(uid) ?? ''} ${ip} ${ready}`)
  }
  for (const { addresses = [], notReadyAddresses = [] } of subsets) {
    for (const address of addresses) note(address, true)
    for (const address of notReadyAddresses) note(address, false)
  }
  return [...places]
}
