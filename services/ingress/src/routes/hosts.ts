import type { Stored } from '@periplus/api'
import type { Ingress } from '@periplus/kinds'

/** The wildcard that covers a name, which stands for exactly one label; `undefined` of a name with one label, or none. */
export const wildcardOf = (host: string): string | undefined => {
  const dot = host.indexOf('.')
  return dot <= 0 || host.startsWith('*') ? undefined : `*${host.slice(dot)}`
}

/** The hosts that an Ingress is about, `''` being every host that nobody names. */
export const hostsOf = ({ spec }: Ingress): readonly string[] => [
  ...new Set([
    ...(spec?.rules ?? []).map(({ host }) => host ?? ''),
    ...(spec?.tls ?? []).flatMap(({ hosts = [] }) => hosts),
    ...(spec?.defaultBackend ? [''] : []),
  ]),
]

/** Says which namespace a host belongs to. */
export type OwnerOf = (host: string) => string | undefined

/**
 * A host belongs to the namespace whose Ingress named it first, and a name below a wildcard to whoever had the wildcard before:
 * else whoever may write an Ingress somewhere could put himself in the way of another's log-in page.
 */
export const ownersOf = (oldestFirst: readonly Stored<Ingress>[]): OwnerOf => {
  const owners = new Map<string, string>()
  for (const ingress of oldestFirst)
    for (const host of hostsOf(ingress)) {
      if (owners.has(host)) continue
      owners.set(host, owners.get(wildcardOf(host) ?? host) ?? ingress.metadata.namespace ?? '')
    }
  return host => owners.get(host)
}
