import { statusOf } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import { recordEvents } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment, Watch } from '@periplus/controller'
import { EndpointSlice, Namespace, Node, Service } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { selectorOf } from '../services/selected-pods.ts'
import { notItsStatus, podsOfServices, servicesOf } from '../services/wakes.ts'
import { commandsOf } from './commands.ts'
import { managedBy, serviceName, sliceManager } from './labels.ts'
import { mostEndpoints } from './pack.ts'
import { reconcileSlices } from './reconcile.ts'

const name = 'endpointslice'
const component = 'endpoint-slice-controller'

const decide = (cut: Cut, key: Key, { now, refused }: Moment): Decision => {
  const service = cut.get(Service, key.namespace, key.name)
  if (!service) return { commands: [], why: 'it is gone; its slices are the garbage collector’s' }
  if (!selectorOf(service)) return { commands: [], why: 'it selects no pods: its slices are for others to make' }
  const slices = cut
    .labelled(EndpointSlice, key.namespace, { [serviceName]: key.name, [managedBy]: sliceManager })
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const found = reconcileSlices(cut, service, slices, mostEndpoints)
  const ending =
    service.metadata.deletionTimestamp !== undefined ||
    cut.get(Namespace, '', key.namespace)?.metadata.deletionTimestamp !== undefined
  const changes = ending ? { ...found, creations: [] } : found
  const { creations, updates, deletions, homeless, endpoints } = changes
  return {
    commands: [...commandsOf(changes), ...recordEvents(cut, now, component, failures(service, refused))],
    why: [
      `${endpoints} endpoints`,
      ...(creations.length + updates.length + deletions.length === 0
        ? ['the slices show them']
        : [`${creations.length} slices to make, ${updates.length} to change, ${deletions.length} to delete`]),
      ...homeless.slice(0, 3).map(pod => `pod ${pod} is left out: its node is not there`),
    ].join('; '),
  }
}

const failures = (service: Stored<Service>, refused: Moment['refused']): readonly EventDraft[] => {
  // Where somebody else wrote first, the slices are looked at again, and there is nothing to tell.
  if (refused?.resource !== EndpointSlice.resource || refused.refusal.tag === 'Conflict') return []
  const at = `${service.metadata.namespace ?? ''}/${service.metadata.name}`
  const message = `Error updating Endpoint Slices for Service ${at}: failed to ${refused.verb} EndpointSlice for Service ${at}: ${statusOf(refused.refusal).message ?? ''}`
  return [{ regarding: service, type: 'Warning', reason: 'FailedToUpdateEndpointSlices', message }]
}

const zoneOf = (node: Stored<KubernetesObject> | undefined): string | undefined =>
  node && (node.metadata.labels?.['topology.kubernetes.io/zone'] ?? '')

/** A node that comes, goes or is said to be somewhere else changes what its pods are as endpoints. */
const zones: Watch = {
  kind: Node,
  keys: ({ before, after }, cut) =>
    zoneOf(before) === zoneOf(after)
      ? []
      : cut.by(podsOnNode, (after ?? before)?.metadata.name ?? '').flatMap(pod => servicesOf(cut, pod)),
}

const ofService = (slice: Stored<KubernetesObject>): readonly Key[] => {
  const { labels, namespace = '' } = slice.metadata
  const service = labels?.[serviceName]
  return labels?.[managedBy] === sliceManager && service ? [{ namespace, name: service }] : []
}

/** Slices that somebody else changed are put right. */
const slicesOfServices: Watch = {
  kind: EndpointSlice,
  keys: ({ before, after, change }) =>
    change.event.origin.actor === `controller:${name}`
      ? []
      : [before, after].flatMap(one => (one ? ofService(one) : [])),
}

/** Tells in slices where the pods of each service answer. */
export const endpointSliceController: Controller = {
  name,
  version: 2,
  primary: Service,
  wakesItself: notItsStatus,
  watches: [podsOfServices, zones, slicesOfServices],
  decide,
}
