import type { KubernetesObject, OwnerReference } from '@periplus/api'

/** The owner reference with `controller: true`; at most one may have it. */
export const controllerOf = (object: KubernetesObject): OwnerReference | undefined =>
  object.metadata?.ownerReferences?.find(({ controller }) => controller === true)

/** The reference that makes `owner` the controller of another object; `owner` must have a name and a uid. */
export const controllerReference = (owner: KubernetesObject): OwnerReference => {
  const { apiVersion, kind, metadata } = owner
  if (!apiVersion || !kind || !metadata?.name || !metadata.uid) throw new Error('an owner is a stored object')
  return { apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true, blockOwnerDeletion: true }
}
