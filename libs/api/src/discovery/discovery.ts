import type { Kind, Subresource } from '../kind.ts'
import { groupVersion } from '../registry/group-version.ts'
import type { KindRegistry } from '../registry/kind-registry.ts'
import { subresourcesOf } from '../openapi/operations.ts'

type Json = Readonly<Record<string, unknown>>

/** Clients from everywhere (`0.0.0.0/0`) reach the server at `address`, such as `127.0.0.1:6443`. */
const serverAddresses = (address: string): readonly Json[] => [{ clientCIDR: '0.0.0.0/0', serverAddress: address }]

/** `/api`: the versions of the core group. */
export const apiVersions = (registry: KindRegistry, address: string): Json => ({
  kind: 'APIVersions',
  versions: registry.versions(''),
  serverAddressByClientCIDRs: serverAddresses(address),
})

const groupOf = (registry: KindRegistry, group: string): Json => {
  const versions = registry
    .versions(group)
    .map(version => ({ groupVersion: groupVersion({ group, version }), version }))
  return { name: group, versions, preferredVersion: versions[0] }
}

/** `/apis/<group>`; `undefined` for a group that isn't served, and for the core group. */
export const apiGroup = (registry: KindRegistry, group: string): Json | undefined =>
  group === '' || !registry.groups.includes(group)
    ? undefined
    : { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(registry, group) }

/** `/apis`: every group but the core one. */
export const apiGroupList = (registry: KindRegistry): Json => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: registry.groups.filter(group => group !== '').map(group => groupOf(registry, group)),
})

const elsewhere = (kind: Kind, subresource: Subresource): Json =>
  groupVersion(subresource.kind) === groupVersion(kind)
    ? {}
    : { group: subresource.kind.group, version: subresource.kind.version }

const resourcesOf = (kind: Kind): readonly Json[] => [
  {
    name: kind.resource,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: [...kind.verbs].sort(),
    ...(kind.shortNames.length === 0 ? {} : { shortNames: kind.shortNames }),
    ...(kind.categories.length === 0 ? {} : { categories: kind.categories }),
  },
  ...subresourcesOf(kind).map(subresource => ({
    name: `${kind.resource}/${subresource.name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...elsewhere(kind, subresource),
    kind: subresource.kind.kind,
    verbs: [...subresource.verbs].sort(),
  })),
]

/** `/api/v1` or `/apis/<group>/<version>`; `undefined` for one that isn't served. */
export const apiResourceList = (registry: KindRegistry, group: string, version: string): Json | undefined => {
  const kinds = registry.inVersion(group, version)
  if (kinds.length === 0) return undefined
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: groupVersion({ group, version }),
    resources: kinds.flatMap(resourcesOf),
  }
}
