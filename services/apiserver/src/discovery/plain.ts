import { groupVersion } from '@periplus/api'
import type { Kind, KindRegistry } from '@periplus/api'

export const groupsDocument = (kinds: KindRegistry): unknown => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: kinds.groups.filter(group => group !== '').map(group => groupDocument(kinds, group)),
})

export const groupDocument = (kinds: KindRegistry, group: string): unknown => {
  const versions = kinds.versions(group).map(version => ({ groupVersion: `${group}/${version}`, version }))
  return { kind: 'APIGroup', apiVersion: 'v1', name: group, versions, preferredVersion: versions[0] }
}

const resourcesOf = (kind: Kind): unknown[] => [
  {
    name: kind.resource,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length ? { categories: kind.categories } : {}),
  },
]

export const resourcesDocument = (kinds: KindRegistry, group: string, version: string): unknown => {
  const found = kinds.inVersion(group, version)
  const [first] = found
  return (
    first && {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: groupVersion(first),
      resources: found.flatMap(resourcesOf),
    }
  )
}
