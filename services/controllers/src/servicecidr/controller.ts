import { formatTime, millisecondsOf } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import { allocatorName } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { keyOf } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { IPAddress, ServiceCIDR, getCondition, ipBlockOf, ipNumberOf, setCondition } from '@periplus/kinds'
import type { IpBlock } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** Holds a range whose addresses are in use, as long as no other range has them. */
const finalizer = 'networking.k8s.io/service-cidr-finalizer'

/** So long a range that is going is still known to somebody as one that is not. */
const graceMilliseconds = 10_000

const blocksOf = (range: Stored<ServiceCIDR> | undefined): readonly IpBlock[] =>
  (range?.spec?.cidrs ?? []).flatMap(cidr => ipBlockOf(cidr) ?? [])

const contains = (outer: IpBlock, { family, first, last }: IpBlock): boolean =>
  outer.family === family && outer.first <= first && last <= outer.last

const overlaps = (a: IpBlock, b: IpBlock): boolean => a.family === b.family && a.first <= b.last && b.first <= a.last

const blockOfAddress = (ip: string): IpBlock | undefined => {
  const number = ipNumberOf(ip)
  if (number === undefined) return undefined
  return ip.includes(':')
    ? { family: 6, first: number, last: number, bits: 128 }
    : { family: 4, first: number, last: number, bits: 32 }
}

/** An address in use that no other range has; `undefined` where there is none, and the range may go. */
const orphanedBy = (cut: Cut, range: Stored<ServiceCIDR>): string | undefined => {
  const others = cut.list(ServiceCIDR).filter(({ metadata }) => metadata.uid !== range.metadata.uid)
  const elsewhere = others.flatMap(blocksOf)
  const own = blocksOf(range).filter(block => !elsewhere.some(other => contains(other, block)))
  if (own.length === 0) return undefined
  return cut
    .list(IPAddress)
    .filter(({ metadata }) => metadata.labels?.['ipaddress.kubernetes.io/managed-by'] === allocatorName)
    .map(({ metadata }) => metadata.name)
    .find(ip => {
      const block = blockOfAddress(ip)
      return (
        block !== undefined && own.some(one => contains(one, block)) && !elsewhere.some(other => contains(other, block))
      )
    })
}

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const range = cut.get(ServiceCIDR, '', key.name)
  if (!range) return { commands: [], why: 'it is gone' }
  const { finalizers = [], deletionTimestamp } = range.metadata
  if (deletionTimestamp === undefined) {
    const held = finalizers.includes(finalizer)
    const commands = [...(held ? [] : [patch(range, { metadata: { finalizers: [...finalizers, finalizer] } })])]
    const ready = { status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }
    return { commands: [...commands, ...telling(range, ready, now)], why: 'services may have its addresses' }
  }
  const orphan = orphanedBy(cut, range)
  if (orphan !== undefined)
    return {
      commands: telling(
        range,
        {
          status: 'False',
          reason: 'Terminating',
          message:
            'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR',
        },
        now,
      ),
      why: `it is being deleted, and ${orphan} is in use that no other range has`,
    }
  const wait = (millisecondsOf(deletionTimestamp) ?? 0) + graceMilliseconds - now
  if (wait > 0)
    return { commands: [], requeueAfter: wait, why: 'it is being deleted; soon nobody gives out its addresses' }
  const rest = finalizers.filter(one => one !== finalizer)
  return {
    commands: rest.length === finalizers.length ? [] : [patch(range, { metadata: { finalizers: rest } })],
    why: 'nothing holds it any more',
  }
}

const patch = ({ metadata }: Stored<ServiceCIDR>, body: object): Command => ({
  verb: 'patch',
  kind: ServiceCIDR,
  ref: { group: ServiceCIDR.group, resource: ServiceCIDR.resource, namespace: '', name: metadata.name },
  // Finalizers are a whole list: what somebody else added in between must not get lost.
  resourceVersion: metadata.resourceVersion,
  patch: { type: 'merge', body },
})

const telling = (
  { metadata, status }: Stored<ServiceCIDR>,
  told: { readonly status: string; readonly reason: string; readonly message: string },
  now: number,
): readonly Command[] => {
  const before = getCondition(status?.conditions, 'Ready')
  if (before?.status === told.status && before.reason === told.reason && before.message === told.message) return []
  const conditions = setCondition(status?.conditions, { type: 'Ready', ...told, lastTransitionTime: formatTime(now) })
  return [
    {
      verb: 'patch',
      kind: ServiceCIDR,
      ref: { group: ServiceCIDR.group, resource: ServiceCIDR.resource, namespace: '', name: metadata.name },
      subresource: 'status',
      patch: { type: 'merge', body: { status: { conditions } } },
    },
  ]
}

/** Ranges that are going look again when others come or go, or an address of theirs is free. */
const going = (cut: Cut, blocks: readonly IpBlock[]): readonly Key[] =>
  cut
    .list(ServiceCIDR)
    .filter(range => range.metadata.deletionTimestamp !== undefined)
    .filter(range => blocksOf(range).some(one => blocks.some(block => overlaps(one, block))))
    .map(keyOf)

const otherRanges: Watch = {
  kind: ServiceCIDR,
  keys: ({ before, after }, cut) =>
    going(
      cut,
      [before, after].flatMap(range => blocksOf(range as Stored<ServiceCIDR> | undefined)),
    ),
}

const freedAddresses: Watch = {
  kind: IPAddress,
  keys: ({ before, after }: { before: Stored<KubernetesObject> | undefined; after: unknown }, cut) => {
    const block = after === undefined ? blockOfAddress(before?.metadata.name ?? '') : undefined
    return block ? going(cut, [block]) : []
  },
}

/** Says of ranges of addresses that services may have theirs, and holds those whose addresses are in use. */
export const serviceCidrController: Controller = {
  name: 'servicecidr',
  version: 1,
  primary: ServiceCIDR,
  watches: [otherRanges, freedAddresses],
  decide,
}
