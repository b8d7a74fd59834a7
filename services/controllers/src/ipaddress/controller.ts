import { millisecondsOf, deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { addressRanges, allocatorName, ipAddressOf } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { keyOf, recordEvents, warning } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment, Watch } from '@periplus/controller'
import { IPAddress, Service, canonicalIp, ipNumberOf } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const component = 'ipallocator-repair-controller'

/** An address is not called left behind sooner: somebody may be about to make its service. */
const leakMilliseconds = 60_000

const ipsOf = ({ spec }: Service): readonly string[] =>
  spec?.type === 'ExternalName' ? [] : (spec?.clusterIPs ?? []).flatMap(ip => canonicalIp(ip) ?? [])

const creation = (ip: string, { metadata }: Stored<Service>): Command => ({
  verb: 'create',
  kind: IPAddress,
  object: ipAddressOf(ip, { namespace: metadata.namespace ?? '', name: metadata.name }),
})

const deletion = ({ metadata: { name, uid } }: Stored<IPAddress>): Command => ({
  verb: 'delete',
  kind: IPAddress,
  ref: { group: IPAddress.group, resource: IPAddress.resource, namespace: '', name },
  options: { preconditions: { uid } },
})

interface Repair {
  readonly commands: readonly Command[]
  readonly drafts: readonly EventDraft[]
}

const isInRange = (cut: Cut, ip: string): boolean => {
  const number = ipNumberOf(ip)
  const family = ip.includes(':') ? 'IPv6' : 'IPv4'
  return (
    number !== undefined &&
    addressRanges(cut).some(range => range.family === family && range.from <= number && number <= range.to)
  )
}

/** What an address of a service wants done so that it is told to be the service's. */
const repairOf = (cut: Cut, service: Stored<Service>, ip: string): Repair => {
  const family = ip.includes(':') ? 'IPv6' : 'IPv4'
  const at = `${service.metadata.namespace ?? ''}/${service.metadata.name}`
  const told = (reason: string, message: string): readonly EventDraft[] => [warning(service, reason, message)]
  if (!isInRange(cut, ip)) {
    const message = `Cluster IP [${family}]: ${ip} is not within any configured Service CIDR; please recreate service`
    return { commands: [], drafts: told('ClusterIPOutOfRange', message) }
  }
  const present = cut.get(IPAddress, '', ip)
  if (!present)
    return {
      commands: [creation(ip, service)],
      drafts: told('ClusterIPNotAllocated', `Cluster IP [${family}]: ${ip} is not allocated; repairing`),
    }
  const { group = '', resource, namespace = '', name } = present.spec.parentRef
  const again = [deletion(present), creation(ip, service)]
  const other = group === '' && resource === 'services' ? cut.get(Service, namespace, name) : undefined
  if (other?.metadata.uid !== service.metadata.uid) {
    // It is whose the address says, as long as that one has it too: one of the two must be made again.
    if (other && ipsOf(other).includes(ip))
      return {
        commands: [],
        drafts: told(
          'ClusterIPAlreadyAllocated',
          `Cluster IP [${family}]:${ip} was assigned to multiple services; please recreate service`,
        ),
      }
    const message = `the ClusterIP [${family}]: ${ip} for Service ${at} has a wrong reference; repairing`
    return { commands: again, drafts: told('ClusterIPNotAllocated', message) }
  }
  const labels = ipAddressOf(ip, { namespace, name }).metadata?.labels ?? {}
  const labelled = Object.entries(labels).every(([key, value]) => present.metadata.labels?.[key] === value)
  return { commands: labelled ? [] : again, drafts: [] }
}

const decideService = (cut: Cut, service: Stored<Service>, now: number): Decision => {
  const repairs = ipsOf(service).map(ip => repairOf(cut, service, ip))
  const commands = repairs.flatMap(repair => repair.commands)
  return {
    commands: [
      ...commands,
      ...recordEvents(
        cut,
        now,
        component,
        repairs.flatMap(repair => repair.drafts),
      ),
    ],
    why: commands.length === 0 ? 'its addresses are its own' : 'an address of it is not told to be its own',
  }
}

const decideAddress = (cut: Cut, address: Stored<IPAddress>, now: number): Decision => {
  const { name } = address.metadata
  if (address.metadata.labels?.['ipaddress.kubernetes.io/managed-by'] !== allocatorName)
    return { commands: [], why: 'somebody else looks after it' }
  const gone = (reason: string, message: string): Decision => ({
    commands: [deletion(address), ...recordEvents(cut, now, component, [warning(address, reason, message)])],
    why: 'no service has it',
  })
  const { group = '', resource, namespace = '', name: of } = address.spec.parentRef
  if (group !== '' || resource !== 'services')
    return gone(
      'IPAddressNotAllocated',
      `IPAddress ${name} appears to have been modified, not referencing a Service: cleaning up`,
    )
  const service = cut.get(Service, namespace, of)
  if (service && ipsOf(service).includes(name)) return { commands: [], why: `service ${namespace}/${of} has it` }
  if (service)
    return gone(
      'IPAddressWrongReference',
      `IPAddress: ${name} for Service ${namespace}/${of} has a wrong reference; cleaning up`,
    )
  const wait = (millisecondsOf(address.metadata.creationTimestamp) ?? 0) + leakMilliseconds - now
  if (wait >= 0) return { commands: [], requeueAfter: wait + 1, why: 'its service is not there, and may be on its way' }
  return gone(
    'IPAddressNotAllocated',
    `IPAddress: ${name} for Service ${namespace}/${of} appears to have leaked: cleaning up`,
  )
}

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const found = key.namespace === '' ? cut.get(IPAddress, '', key.name) : cut.get(Service, key.namespace, key.name)
  if (!found) return { commands: [], why: 'it is gone' }
  return found.kind === 'Service'
    ? decideService(cut, found as Stored<Service>, now)
    : decideAddress(cut, found as Stored<IPAddress>, now)
}

/** Services whose addresses changed, and those that an address says it is of, or was. */
const services: Watch = {
  kind: Service,
  keys: ({ before, after }) => {
    const [was, is] = [before as Stored<Service> | undefined, after as Stored<Service> | undefined]
    if (deepEqual(was ? ipsOf(was) : [], is ? ipsOf(is) : [])) return []
    const left = (was ? ipsOf(was) : []).map(name => ({ namespace: '', name }))
    return is ? [keyOf(is), ...left] : left
  },
}

const ofAddress: Watch = {
  kind: IPAddress,
  keys: ({ before, after }, cut) =>
    [before, after].flatMap(one => {
      const { namespace = '', name = '' } = (one as Stored<IPAddress> | undefined)?.spec.parentRef ?? {}
      return namespace !== '' && cut.get(Service, namespace, name) ? [{ namespace, name }] : []
    }),
}

/**
 * Puts right what the write path cannot have left so: services without their IPAddresses, as those that were stored before there were
 * any, and IPAddresses that no service has. Keys without a namespace are addresses, the others services.
 */
export const ipAddressController: Controller = {
  name: 'ipaddress',
  version: 1,
  primary: IPAddress,
  startingKeys: cut => [...cut.list(IPAddress).map(keyOf), ...cut.list(Service).map(keyOf)],
  about: (cut, key) =>
    key.namespace === '' ? cut.get(IPAddress, '', key.name) : cut.get(Service, key.namespace, key.name),
  watches: [services, ofAddress],
  decide,
}
