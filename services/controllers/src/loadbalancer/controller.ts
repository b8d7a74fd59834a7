import type { Stored } from '@periplus/api'
import { keyOf, normal, recordEvents, warning } from '@periplus/controller'
import type { Controller, Decision, Key, Moment, Watch } from '@periplus/controller'
import { Service, canonicalIp, ipBlockOf, ipText } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const component = 'service-controller'

/** Services of this class, and those of none, get their addresses here; others' are for others. */
const ownClass = 'periplus.io/pool'

const isOurs = ({ spec }: Service): boolean =>
  spec?.type === 'LoadBalancer' && (spec.loadBalancerClass === undefined || spec.loadBalancerClass === ownClass)

const addressesOf = ({ status }: Service): readonly string[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => canonicalIp(ip ?? '') ?? [])

/** So many addresses of a pool are looked at. */
const mostAddresses = 65536n

/** The addresses of the pool, in order: not the block's own, nor that of all of it, where it has others. */
const poolOf = (pool: string): readonly string[] => {
  const block = ipBlockOf(pool)
  if (!block) return []
  const { first, last, family } = block
  const size = last - first + 1n
  const [low, high] = family === 4 && size > 2n ? [first + 1n, last - 1n] : [first, last]
  const count = high - low + 1n > mostAddresses ? mostAddresses : high - low + 1n
  return Array.from({ length: Number(count) }, (_, i) => ipText(low + BigInt(i), family))
}

const decide = (cut: Cut, key: Key, { now, inputs = {} }: Moment): Decision => {
  const service = cut.get(Service, key.namespace, key.name)
  if (!service) return { commands: [], why: 'it is gone' }
  if (!isOurs(service)) return { commands: [], why: 'it asks for no load balancer, or for somebody else’s' }
  if (service.metadata.deletionTimestamp !== undefined) return { commands: [], why: 'it is being deleted' }
  const { pool = '' } = inputs
  if (pool === '')
    return { commands: [], why: 'the cluster has no addresses for load balancers: it waits for somebody who has' }
  const [has] = addressesOf(service)
  const all = poolOf(pool)
  const wanted = canonicalIp(service.spec?.loadBalancerIP ?? '')
  if (has !== undefined && all.includes(has) && (wanted === undefined || wanted === has))
    return { commands: [], why: `it has ${has}` }
  const taken = new Set(
    cut
      .list(Service)
      .filter(({ metadata, spec }) => metadata.uid !== service.metadata.uid && spec?.type === 'LoadBalancer')
      .flatMap(addressesOf),
  )
  const ip = all.find(one => !taken.has(one) && (wanted === undefined || one === wanted))
  if (ip === undefined) {
    const words = wanted === undefined ? `all of ${pool} is in use` : `${wanted} is in use, or not of ${pool}`
    const message = `Error syncing load balancer: failed to ensure load balancer: ${words}`
    return {
      commands: recordEvents(cut, now, component, [warning(service, 'SyncLoadBalancerFailed', message)]),
      why: words,
    }
  }
  return {
    commands: [
      {
        verb: 'patch',
        kind: Service,
        ref: { group: '', resource: 'services', namespace: key.namespace, name: key.name },
        subresource: 'status',
        resourceVersion: service.metadata.resourceVersion,
        patch: { type: 'merge', body: { status: { loadBalancer: { ingress: [{ ip, ipMode: 'VIP' }] } } } },
      },
      ...recordEvents(cut, now, component, [normal(service, 'EnsuredLoadBalancer', 'Ensured load balancer')]),
    ],
    why: `${ip} is the first of ${pool} that nobody has`,
  }
}

/** An address that is free again wakes those that wait for one. */
const freed: Watch = {
  kind: Service,
  keys: ({ before, after }, cut) => {
    const was = before ? addressesOf(before as Stored<Service>) : []
    const is = after ? addressesOf(after as Stored<Service>) : []
    if (was.every(ip => is.includes(ip))) return []
    return cut
      .list(Service)
      .filter(service => isOurs(service) && addressesOf(service).length === 0)
      .map(keyOf)
  },
}

/**
 * Gives services of type LoadBalancer addresses of a pool, on which the nodes answer. The pool is an operator's setting and no object
 * of the log, so it is an input that each decision records; without one they stay pending.
 */
export const loadBalancerController = (pool: string | undefined): Controller => ({
  name: 'loadbalancer',
  version: 1,
  inputs: { pool: pool ?? '' },
  primary: Service,
  wakesItself: ({ before, after }) =>
    [before, after].some(one => one !== undefined && (one as Stored<Service>).spec?.type === 'LoadBalancer'),
  // Each must see what the one before it was given.
  batch: 1,
  watches: [freed],
  decide,
})
