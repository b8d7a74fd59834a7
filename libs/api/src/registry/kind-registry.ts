import type { Kind } from '../kind.ts'
import { compareGroups, compareVersions } from './version-order.ts'

/** What a server serves, looked up the ways a request names it. */
export interface KindRegistry {
  /** In group and version order, then by resource. */
  readonly kinds: readonly Kind[]
  byResource(group: string, version: string, resource: string): Kind | undefined
  byKind(group: string, version: string, kind: string): Kind | undefined
  /** The version in which the resource's objects are kept in the log, whether it is served or not. */
  stored(group: string, resource: string): Kind | undefined
  /** Groups in preferred order, the core group (`''`) first. */
  readonly groups: readonly string[]
  /** The group's versions, preferred one first. */
  versions(group: string): readonly string[]
  inVersion(group: string, version: string): readonly Kind[]
}

/**
 * Throws where two kinds claim one place, or a resource has not exactly one stored version: those are mistakes of the caller.
 */
export const kindRegistry = (kinds: readonly Kind[]): KindRegistry => {
  const resources = new Map<string, Kind>()
  const names = new Map<string, Kind>()
  const storedKinds = new Map<string, Kind>()
  const claim = (map: Map<string, Kind>, key: string, kind: Kind): void => {
    if (map.has(key)) throw new Error(`two kinds claim ${key}`)
    map.set(key, kind)
  }
  const served = kinds.filter(({ isUnserved = false }) => !isUnserved)
  for (const kind of served) {
    claim(names, `${kind.group}/${kind.version}/${kind.kind}`, kind)
    claim(resources, `${kind.group}/${kind.version}/${kind.resource}`, kind)
  }
  for (const kind of kinds) {
    if (kind.stored) claim(storedKinds, `${kind.group}/${kind.resource}`, kind)
  }
  for (const kind of kinds) {
    const home = kind.storedAs && storedKinds.get(`${kind.storedAs.group}/${kind.storedAs.resource}`)
    if (home) storedKinds.set(`${kind.group}/${kind.resource}`, home)
    if (!storedKinds.has(`${kind.group}/${kind.resource}`))
      throw new Error(`no stored version of ${kind.resource}.${kind.group}`)
  }

  const sorted = [...served].sort(
    (a, b) =>
      compareGroups(a.group, b.group) ||
      compareVersions(a.version, b.version) ||
      (a.resource < b.resource ? -1 : a.resource > b.resource ? 1 : 0),
  )
  const groups = [...new Set(sorted.map(kind => kind.group))]
  const versions = new Map(
    groups.map(group => [group, [...new Set(sorted.filter(kind => kind.group === group).map(kind => kind.version))]]),
  )
  return {
    kinds: sorted,
    byResource: (group, version, resource) => resources.get(`${group}/${version}/${resource}`),
    byKind: (group, version, kind) => names.get(`${group}/${version}/${kind}`),
    stored: (group, resource) => storedKinds.get(`${group}/${resource}`),
    groups,
    versions: group => versions.get(group) ?? [],
    inVersion: (group, version) => sorted.filter(kind => kind.group === group && kind.version === version),
  }
}
