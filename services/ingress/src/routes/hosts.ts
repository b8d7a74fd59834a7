import type { Stored } from '@periplus/api'
import { ingressHosts, namedSince } from '@periplus/kinds'
import type { Ingress } from '@periplus/kinds'

/** The wildcard that covers a name, which stands for exactly one label; `undefined` of a name with one label, or none. */
export const wildcardOf = (host: string): string | undefined => {
  const dot = host.indexOf('.')
  return dot <= 0 || host.startsWith('*') ? undefined : `*${host.slice(dot)}`
}

/** Says which namespace a host belongs to. */
export type OwnerOf = (host: string) => string | undefined

/**
 * A host belongs to the namespace whose Ingress named it first, and a name below a wildcard to whoever had the wildcard before:
 * else whoever may write an Ingress somewhere could put himself in the way of another's log-in page.
 */
export const ownersOf = (oldestFirst: readonly Stored<Ingress>[]): OwnerOf => {
  const owners = new Map<string, string>()
  for (const { host, namespace } of oldestFirst.flatMap(claimsOf).toSorted((one, other) => one.since - other.since))
    if (!owners.has(host)) owners.set(host, owners.get(wildcardOf(host) ?? host) ?? namespace)
  return host => owners.get(host)
}

const claimsOf = (ingress: Stored<Ingress>) => {
  const { creationTimestamp = '', namespace = '' } = ingress.metadata
  const later = namedSince(ingress)
  return ingressHosts(ingress).map(host => ({
    ...{ host, namespace },
    since: Date.parse(later.get(host) ?? creationTimestamp) || 0,
  }))
}
