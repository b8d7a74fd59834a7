import { statusOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { keyOf, recordEvents } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment, Watch } from '@periplus/controller'
import { Endpoints, Namespace, Service } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { selectorOf } from '../services/selected-pods.ts'
import { notItsStatus, podsOfServices } from '../services/wakes.ts'
import { managedBy, manager, wantedEndpoints } from './wanted.ts'

const name = 'endpoint'
const component = 'endpoint-controller'

const decide = (cut: Cut, key: Key, { now, refused }: Moment): Decision => {
  const service = cut.get(Service, key.namespace, key.name)
  const present = cut.get(Endpoints, key.namespace, key.name)
  if (!service)
    return present
      ? { commands: [remove(present)], why: 'its service is gone' }
      : { commands: [], why: 'the service is gone, and so are its endpoints' }
  if (!selectorOf(service))
    return { commands: [], why: 'the service selects no pods: its endpoints are for others to say' }
  const wanted = wantedEndpoints(cut, service, present)
  const told = recordEvents(cut, now, component, failures(service, present, refused))
  if (!wanted) return { commands: told, why: 'the endpoints are what they should be' }
  if (!present && cut.get(Namespace, '', key.namespace)?.metadata.deletionTimestamp)
    return { commands: [], why: 'the namespace is being deleted' }
  const command: Command = present
    ? { verb: 'update', kind: Endpoints, object: wanted }
    : { verb: 'create', kind: Endpoints, object: wanted }
  return {
    commands: [command, ...told],
    why: present ? 'the endpoints have changed' : 'the service has no endpoints yet',
  }
}

const remove = ({ metadata: { namespace = '', name, uid } }: Stored<Endpoints>): Command => ({
  verb: 'delete',
  kind: Endpoints,
  ref: { group: Endpoints.group, resource: Endpoints.resource, namespace, name },
  options: { preconditions: { uid } },
})

const failures = (
  service: Stored<Service>,
  present: Stored<Endpoints> | undefined,
  refused: Moment['refused'],
): readonly EventDraft[] => {
  if (refused?.resource !== Endpoints.resource || refused.refusal.tag === 'Conflict') return []
  const { namespace = '', name } = service.metadata
  const message = statusOf(refused.refusal).message ?? ''
  return [
    present
      ? {
          regarding: present,
          type: 'Warning',
          reason: 'FailedToUpdateEndpoint',
          message: `Failed to update endpoint ${namespace}/${name}: ${message}`,
        }
      : {
          regarding: service,
          type: 'Warning',
          reason: 'FailedToCreateEndpoint',
          message: `Failed to create endpoint for service ${namespace}/${name}: ${message}`,
        },
  ]
}

/** Endpoints that somebody else changed or deleted are put right, as long as there is a service that they are of. */
const endpointsOfServices: Watch = {
  kind: Endpoints,
  keys: ({ before, after, change }, cut) => {
    const object = after ?? before
    if (!object || change.event.origin.actor === `controller:${name}`) return []
    const key = keyOf(object)
    return cut.get(Service, key.namespace, key.name) ? [key] : []
  },
}

/** Tells in Endpoints where the pods of each service answer. */
export const endpointsController: Controller = {
  name,
  version: 1,
  primary: Service,
  wakesItself: notItsStatus,
  watches: [podsOfServices, endpointsOfServices],
  // Endpoints that were left behind by a service that went while nobody looked go too, where this controller had made them.
  startingKeys: cut => [
    ...cut.list(Service).map(keyOf),
    ...cut
      .list(Endpoints)
      .filter(({ metadata }) => metadata.labels?.[managedBy] === manager)
      .map(keyOf)
      .filter(({ namespace, name: of }) => !cut.get(Service, namespace, of)),
  ],
  decide,
}
