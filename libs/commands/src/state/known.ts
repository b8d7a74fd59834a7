import type { KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { Sequence } from '@periplus/log'

/** What this process knows of an object. */
export interface Known {
  /** The object's last sequence, a tombstone's included; 0 when it never was. */
  readonly sequence: Sequence
  /** In the form of the log; `undefined` where it doesn't live. */
  readonly object: Stored<KubernetesObject> | undefined
}

/** One string per object, for maps. */
export const keyOf = (ref: ObjectRef): string => `${ref.group}/${ref.resource}/${ref.namespace}/${ref.name}`
