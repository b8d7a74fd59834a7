import type { Stored } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { keyOf, recordEvents, warning } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment, Watch } from '@periplus/controller'
import { Endpoints, EndpointSlice, Namespace, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { commandsOf } from '../endpointslice/commands.ts'
import { managedBy, serviceName } from '../endpointslice/labels.ts'
import { mirrored, mirrorManager } from './mirror.ts'
import type { Mirrored } from './mirror.ts'

const name = 'endpointslicemirroring'
const component = 'endpoint-slice-mirroring-controller'

const skip = 'endpointslice.kubernetes.io/skip-mirror'
const leader = 'control-plane.alpha.kubernetes.io/leader'

const selects = ({ spec }: Service): boolean => Object.keys(spec?.selector ?? {}).length > 0

/** Why these Endpoints are not mirrored; `undefined` where they are. */
const unmirrored = (
  endpoints: Stored<Endpoints> | undefined,
  service: Stored<Service> | undefined,
): string | undefined => {
  if (!endpoints) return 'they are gone'
  if (endpoints.metadata.labels?.[skip] === 'true') return 'their label says that they are not to be mirrored'
  if (endpoints.metadata.annotations?.[leader] !== undefined) return 'they tell who leads, not where somebody answers'
  if (!service) return 'there is no service of their name'
  return selects(service) ? 'the service selects pods, so that its slices are made from those' : undefined
}

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const endpoints = cut.get(Endpoints, key.namespace, key.name)
  const slices = cut
    .labelled(EndpointSlice, key.namespace, { [serviceName]: key.name, [managedBy]: mirrorManager })
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const reason = unmirrored(endpoints, cut.get(Service, key.namespace, key.name))
  if (!endpoints || reason !== undefined)
    return { commands: commandsOf({ creations: [], updates: [], deletions: slices }), why: reason ?? '' }
  const found = mirrored(endpoints, slices)
  const ending = cut.get(Namespace, '', key.namespace)?.metadata.deletionTimestamp !== undefined
  const changes = ending ? { ...found, creations: [] } : found
  const { creations, updates, deletions } = changes
  const count = creations.length + updates.length + deletions.length
  // Told once of what is written, not at every look at what is there.
  const told = count === 0 ? [] : recordEvents(cut, now, component, drafts(endpoints, found))
  return {
    commands: [...commandsOf(changes), ...told],
    why:
      count === 0
        ? 'the slices show what they say'
        : `${creations.length} slices to make, ${updates.length} to change, ${deletions.length} to delete`,
  }
}

const drafts = (regarding: Stored<Endpoints>, { invalid, skipped }: Mirrored): readonly EventDraft[] => [
  ...(invalid > 0
    ? [
        warning(
          regarding,
          'InvalidIPAddress',
          `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`,
        ),
      ]
    : []),
  ...(skipped > 0
    ? [
        warning(
          regarding,
          'TooManyAddressesToMirror',
          `A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped + invalid} addresses were skipped`,
        ),
      ]
    : []),
]

const servicesOfEndpoints: Watch = {
  kind: Service,
  keys: ({ before, after }) => {
    const [was, is] = [before as Stored<Service> | undefined, after as Stored<Service> | undefined]
    const one = is ?? was
    if (!one || (was && is && selects(was) === selects(is))) return []
    return [keyOf(one)]
  },
}

const ofEndpoints = (slice: Stored<KubernetesObject>): readonly Key[] => {
  const { labels, namespace = '' } = slice.metadata
  const service = labels?.[serviceName]
  return labels?.[managedBy] === mirrorManager && service ? [{ namespace, name: service }] : []
}

/** Slices that somebody else changed are put right. */
const mirrors: Watch = {
  kind: EndpointSlice,
  keys: ({ before, after, change }) =>
    change.event.origin.actor === `controller:${name}`
      ? []
      : [before, after].flatMap(one => (one ? ofEndpoints(one) : [])),
}

const isMirrored = (endpoints: Stored<KubernetesObject> | undefined): boolean =>
  endpoints !== undefined &&
  endpoints.metadata.labels?.[skip] !== 'true' &&
  endpoints.metadata.annotations?.[leader] === undefined

/** Shows in slices what somebody wrote into the Endpoints of a service that selects no pods. */
export const endpointSliceMirroringController: Controller = {
  name,
  version: 2,
  primary: Endpoints,
  wakesItself: ({ before, after }, cut) => {
    const object = after ?? before
    if (!object || !(isMirrored(before) || isMirrored(after))) return false
    // Most Endpoints are of services that select pods, and none of them is mirrored.
    const service = cut.get(Service, object.metadata.namespace ?? '', object.metadata.name)
    return service === undefined || !selects(service)
  },
  watches: [servicesOfEndpoints, mirrors],
  decide,
}
