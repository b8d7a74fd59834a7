import type { Kind } from '../kind.ts'
import { groupVersion } from '../registry/group-version.ts'
import type { KubernetesObject, OwnerReference, Stored } from './object-meta.ts'

/** The owner that manages the object, of which there is at most one. */
export const controllerOf = (object: KubernetesObject): OwnerReference | undefined =>
  object.metadata?.ownerReferences?.find(reference => reference.controller)

/** Whether `owner` manages `object`; by uid, for a name may have been used before. */
export const isControlledBy = (object: KubernetesObject, owner: Stored<KubernetesObject>): boolean =>
  controllerOf(object)?.uid === owner.metadata.uid

/** The reference by which `owner` manages an object that it makes or adopts. */
export const controlledBy = (kind: Kind, owner: Stored<KubernetesObject>): OwnerReference => ({
  apiVersion: groupVersion(kind),
  kind: kind.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
})
