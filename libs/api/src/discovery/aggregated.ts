import type { Kind } from '../kind.ts'
import type { GroupVersionKind } from '../registry/group-version.ts'
import { gvkOf } from '../registry/group-version.ts'
import type { KindRegistry } from '../registry/kind-registry.ts'
import { subresourcesOf } from '../openapi/operations.ts'

type Json = Readonly<Record<string, unknown>>

const responseKind = (kind: GroupVersionKind): Json => ({ ...gvkOf(kind) })

const resourceOf = (kind: Kind): Json => {
  const subresources = subresourcesOf(kind)
  return {
    resource: kind.resource,
    responseKind: responseKind(kind),
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: [...kind.verbs].sort(),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map(subresource => ({
            subresource: subresource.name,
            responseKind: responseKind(subresource.kind),
            verbs: [...subresource.verbs].sort(),
          })),
        }),
  }
}

const groupOf = (registry: KindRegistry, group: string): Json => ({
  metadata: { name: group, creationTimestamp: null },
  versions: registry.versions(group).map(version => ({
    version,
    resources: registry.inVersion(group, version).map(resourceOf),
    freshness: 'Current',
  })),
})

/**
 * `APIGroupDiscoveryList` as `/api` (`core`) and `/apis` answer it to clients that accept
 * `application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList`; older clients name `v2beta1`.
 */
export const aggregatedDiscovery = (
  registry: KindRegistry,
  part: 'core' | 'groups',
  version: 'v2' | 'v2beta1' = 'v2',
): Json => ({
  kind: 'APIGroupDiscoveryList',
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: registry.groups.filter(group => (group === '') === (part === 'core')).map(group => groupOf(registry, group)),
})
