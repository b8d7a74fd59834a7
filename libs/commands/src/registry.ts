import type { Kind } from '@periplus/api'

/** The kinds that a write path can be asked about, built-in and custom. */
export interface KindRegistry {
  /** The kind that serves this version of a resource; `group` is `''` for the core group. */
  find(group: string, version: string, resource: string): Kind | undefined
  /** The version of the resource whose form the log holds. */
  stored(group: string, resource: string): Kind | undefined
}

/** A registry of a list of kinds. */
export const kindRegistry = (kinds: readonly Kind[]): KindRegistry => {
  const byVersion = new Map(kinds.map(kind => [`${kind.group}/${kind.version}/${kind.resource}`, kind]))
  const storedForms = new Map(kinds.filter(kind => kind.stored).map(kind => [`${kind.group}/${kind.resource}`, kind]))
  return {
    find: (group, version, resource) => byVersion.get(`${group}/${version}/${resource}`),
    stored: (group, resource) => storedForms.get(`${group}/${resource}`),
  }
}
