import type { Pod } from '@periplus/kinds'
import type { SandboxConfig } from '@periplus/runtime'

export interface ResolverSettings {
  readonly clusterDns: readonly string[]
  readonly clusterDomain: string
  /** The machine's own resolver. */
  readonly host: SandboxConfig['dns']
}

const mostServers = 3
const mostSearches = 32

/** What stands in a pod's resolv.conf, by its `dnsPolicy` and `dnsConfig`. */
export const podResolver = (pod: Pod, settings: ResolverSettings): SandboxConfig['dns'] => {
  const base = policyResolver(pod, settings)
  const config = pod.spec?.dnsConfig
  const options = new Map(base.options.map(option => [option.split(':')[0] ?? option, option]))
  for (const { name, value } of config?.options ?? [])
    if (name) options.set(name, value === undefined ? name : `${name}:${value}`)
  return {
    servers: unique([...base.servers, ...(config?.nameservers ?? [])]).slice(0, mostServers),
    searches: unique([...base.searches, ...(config?.searches ?? [])]).slice(0, mostSearches),
    options: [...options.values()],
  }
}

const policyResolver = (pod: Pod, { clusterDns, clusterDomain, host }: ResolverSettings): SandboxConfig['dns'] => {
  const policy = pod.spec?.dnsPolicy ?? 'ClusterFirst'
  if (policy === 'None') return { servers: [], searches: [], options: [] }
  const wantsCluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !pod.spec?.hostNetwork)
  if (!wantsCluster || clusterDns.length === 0) return host
  const cluster = [`${pod.metadata?.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
  return { servers: clusterDns, searches: [...cluster, ...host.searches], options: ['ndots:5'] }
}

/** Reads a resolv.conf. */
export const parseResolver = (text: string): SandboxConfig['dns'] => {
  const of = (keyword: string): readonly string[] =>
    text
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .filter(([first]) => first === keyword)
      .flatMap(([, ...values]) => values)
  return { servers: of('nameserver'), searches: of('search'), options: of('options') }
}

export const resolverText = ({ servers, searches, options }: SandboxConfig['dns']): string =>
  [
    ...servers.map(server => `nameserver ${server}\n`),
    ...(searches.length > 0 ? [`search ${searches.join(' ')}\n`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}\n`] : []),
  ].join('')

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)]
