import type { KubernetesObject, ObjectRef, OwnerReference, Stored } from '@periplus/api'
import type { Command, DeleteOptions } from '@periplus/commands'
import type { Kind } from '@periplus/api'

export interface Item {
  readonly kind: Kind
  readonly ref: ObjectRef
  readonly object: Stored<KubernetesObject>
}

/** Changes of metadata are refused when somebody else changed the object first: they are made from what was read. */
const patchMeta = ({ kind, ref, object }: Item, metadata: object): Command => ({
  verb: 'patch',
  kind,
  ref,
  resourceVersion: object.metadata.resourceVersion,
  patch: { type: 'merge', body: { metadata: { uid: object.metadata.uid, ...metadata } } },
})

export const withOwners = (item: Item, owners: readonly OwnerReference[]): Command =>
  patchMeta(item, { ownerReferences: owners.length > 0 ? owners : null })

export const withoutFinalizer = (item: Item, finalizer: string): Command => {
  const left = (item.object.metadata.finalizers ?? []).filter(one => one !== finalizer)
  return patchMeta(item, { finalizers: left.length > 0 ? left : null })
}

export const remove = (
  { kind, ref, object }: Item,
  propagationPolicy: NonNullable<DeleteOptions['propagationPolicy']>,
): Command => ({
  verb: 'delete',
  kind,
  ref,
  options: {
    propagationPolicy,
    // Its owners may change until then; who deletes must have seen them as they are.
    preconditions: { uid: object.metadata.uid, resourceVersion: object.metadata.resourceVersion },
  },
})
