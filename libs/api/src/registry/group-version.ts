import type { Kind } from '../kind.ts'

/** `apps/v1`, or `v1` for the core group: what `apiVersion` says. */
export const groupVersion = (kind: Pick<Kind, 'group' | 'version'>): string =>
  kind.group === '' ? kind.version : `${kind.group}/${kind.version}`

/** A kind's full name; the core group is empty. */
export interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

/** The kind's own name among all kinds. */
export const gvkOf = ({ group, version, kind }: GroupVersionKind): GroupVersionKind => ({ group, version, kind })

/** `apps/v1` -> apps and v1; `v1` -> the core group. `undefined` for what has more than one slash or no version. */
export const parseGroupVersion = (apiVersion: string): { group: string; version: string } | undefined => {
  const slash = apiVersion.indexOf('/')
  if (slash !== apiVersion.lastIndexOf('/')) return undefined
  const version = apiVersion.slice(slash + 1)
  return version === '' ? undefined : { group: slash < 0 ? '' : apiVersion.slice(0, slash), version }
}
