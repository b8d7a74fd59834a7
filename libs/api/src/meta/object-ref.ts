import type { Kind } from '../kind.ts'

/** Where an object lives. `group` is `''` for the core group, `namespace` is `''` for cluster scope. */
export interface ObjectRef {
  readonly group: string
  readonly resource: string
  readonly namespace: string
  readonly name: string
}

/** Where an object of the kind lives in the log: another group's resource, for a kind that is stored as one. */
export const refOf = (kind: Kind, namespace: string, name: string): ObjectRef => ({
  group: kind.storedAs?.group ?? kind.group,
  resource: kind.storedAs?.resource ?? kind.resource,
  namespace: kind.namespaced ? namespace : '',
  name,
})
