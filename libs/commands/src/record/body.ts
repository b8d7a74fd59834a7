import { toJson } from '@periplus/api'
import type { KubernetesObject, ObjectMeta } from '@periplus/api'

/** The order of metadata's keys in a body, so that equal objects have equal bytes wherever they were written. */
const order: readonly (keyof ObjectMeta)[] = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
  'managedFields',
]

/** The body of an event: the object without `resourceVersion`, keys in a stable order (apiVersion, kind, metadata, the rest). */
export const bodyOf = (object: KubernetesObject): Uint8Array => {
  const { apiVersion, kind, metadata, ...rest } = object
  return Buffer.from(toJson({ apiVersion, kind, metadata: ordered(metadata ?? {}), ...rest }))
}

const ordered = (metadata: ObjectMeta): ObjectMeta => {
  const result: Record<string, unknown> = {}
  for (const key of order) if (metadata[key] !== undefined) result[key] = metadata[key]
  return result as ObjectMeta
}
