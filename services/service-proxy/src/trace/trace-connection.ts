import type { Stored } from '@periplus/api'
import { EndpointSlice, Namespace, NetworkPolicy, Node, Pod, Service, isPodTerminated } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Ruleset } from '@periplus/net'
import { hashOf } from '../names-of.ts'
import { policyRuleset } from '../policy/policy-ruleset.ts'
import { nodeRulesOf } from '../ruleset/ruleset-of.ts'
import { zoneOf } from '../zone-of.ts'
import { runsProcesses, tracingRelays } from './trace-relays.ts'
import type { Begun, PolicySaying, TracedConnection, WayEnd } from './traced-connection.ts'
import { walkPolicies } from './walk-policies.ts'
import type { FirstPacket } from './walk-policies.ts'

/** The ways of connections that a pod begins, by the rules that its node has at this moment, and those of the nodes where they may end. */
export const tracing = (cut: Cut, pod: Stored<Pod>): ((begun: Begun) => TracedConnection) => {
  const nodeName = pod.spec?.nodeName ?? ''
  if (runsProcesses(cut, nodeName)) return tracingRelays(cut, nodeName)
  const { ruleset } = nodeRulesOf(
    cut.list(Service),
    cut.list(EndpointSlice),
    networkOf(cut, nodeName),
    zoneOf(cut, nodeName),
  )
  const policed = policiesOn(cut)
  return begun => traced(ruleset, begun, (ip, port) => endOf(cut, policed, pod, { ...begun, to: ip, port }))
}

const traced = (
  ruleset: Ruleset,
  { to, port, protocol }: Begun,
  end: (ip: string, port: number) => WayEnd,
): TracedConnection => {
  const key = `${to} . ${protocol} . ${port}`
  const refused = ruleset.sets.get('refused')?.elements?.has(key) === true
  if (refused) return { translation: { tag: 'Refused' }, ends: [] }
  const verdict = ruleset.sets.get('services')?.elements?.get(key)
  if (verdict === undefined && ruleset.sets.get('cluster-ips')?.elements?.has(to) === true)
    return { translation: { tag: 'NoSuchPort' }, ends: [] }
  if (verdict === undefined) return { translation: { tag: 'None' }, ends: [end(to, port)] }
  const chain = /^goto ([\w-]+)$/.exec(verdict)?.[1]
  if (chain === undefined) return { translation: { tag: 'Dropped' }, ends: [] }
  return {
    translation: {
      tag: 'Led',
      chain,
      keepsClients: ruleset.chains.get(chain)?.rules[0]?.startsWith('ip saddr @') === true,
    },
    ends: targetsIn(ruleset, chain).map(([ip, at]) => end(ip, at)),
  }
}

/** What is about the node alone is the same whatever it is called here. */
const networkOf = (cut: Cut, nodeName: string) => ({
  ...{ nodeName, serviceCidr: '', bridge: '', gateway: '' },
  podCidr: cut.get(Node, '', nodeName)?.spec?.podCIDR ?? '',
})

/** Where the rules of a chain translate to, with those of the chains that it goes to. */
const targetsIn = (ruleset: Ruleset, chain: string): readonly (readonly [ip: string, port: number])[] => {
  const found = new Map<string, readonly [string, number]>()
  const seen = new Set<string>()
  const read = (name: string): void => {
    if (seen.has(name)) return
    seen.add(name)
    for (const rule of ruleset.chains.get(name)?.rules ?? []) {
      for (const [, ip = '', port = ''] of rule.matchAll(/(\d{1,3}(?:\.\d{1,3}){3})(?: \. |:)(\d{1,5})/g))
        found.set(`${ip}:${port}`, [ip, Number(port)])
      for (const [, next = ''] of rule.matchAll(/goto ([\w-]+)/g)) read(next)
    }
  }
  read(chain)
  return [...found.values()]
}

/** What the policies of a node say to packets, each with its name. */
interface Policies {
  readonly on: (nodeName: string) => Ruleset
  /** By the chain that a policy becomes, of either direction. */
  readonly named: ReadonlyMap<string, string>
}

const policiesOn = (cut: Cut): Policies => {
  const policies = cut.list(NetworkPolicy)
  const objects = { policies, pods: cut.list(Pod), namespaces: cut.list(Namespace) }
  const known = new Map<string, Ruleset>()
  return {
    on: nodeName => {
      const made = known.get(nodeName) ?? policyRuleset(objects, nodeName, new Map())
      known.set(nodeName, made)
      return made
    },
    named: new Map(
      policies.flatMap(({ metadata: { namespace, name } }) =>
        directions.map(direction => [`p-${hashOf(direction, namespace, name)}`, `${namespace}/${name}`] as const),
      ),
    ),
  }
}

const directions = ['in', 'out'] as const

const endOf = (cut: Cut, policed: Policies, pod: Stored<Pod>, { to: ip, port, protocol }: Begun): WayEnd => {
  const there = cut.list(Pod).find(one => one.status?.podIP === ip && !isPodTerminated(one) && !one.spec?.hostNetwork)
  const [from, nodeName] = [pod.status?.podIP ?? '', pod.spec?.nodeName ?? '']
  const packet: FirstPacket = { from, to: ip, protocol, port }
  const says = (direction: 'in' | 'out', on: string): PolicySaying => saying(policed, on, direction, packet)
  const nobody = (why: string): PolicySaying => ({ tag: 'NoPolicy', why })
  const isHost = pod.spec?.hostNetwork === true
  const itself = from === ip && !isHost
  return {
    ip,
    port,
    ...(there
      ? { pod: `${there.metadata.namespace}/${there.metadata.name}`, nodeName: there.spec?.nodeName ?? '' }
      : {}),
    egress: isHost
      ? nobody('the pod has its node’s network')
      : itself
        ? nobody('it is the pod itself')
        : says('out', nodeName),
    ingress: itself
      ? nobody('it is the pod itself')
      : !there
        ? nobody('there is no pod at this address')
        : isHost && there.spec?.nodeName === nodeName
          ? nobody('a node always reaches its own pods')
          : says('in', there.spec?.nodeName ?? ''),
  }
}

const saying = (policed: Policies, nodeName: string, direction: 'in' | 'out', packet: FirstPacket): PolicySaying => {
  const passage = walkPolicies(policed.on(nodeName), direction, packet)
  if (!passage) return { tag: 'NoPolicy', why: 'no policy is about it' }
  const gone = passage.chains.flatMap(chain => policed.named.get(chain) ?? [])
  return passage.passes ? { tag: 'Passes', by: gone.slice(-1) } : { tag: 'Blocked', by: gone }
}
