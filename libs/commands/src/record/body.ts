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
  const { apiVersion, kind, metadata } = object
  const first = toJson({ apiVersion, kind, metadata: ordered(metadata ?? {}) })
  let text = first.slice(0, -1)
  // Member by member: a custom object may have fifty thousand, and a copy without the first three would cost more than the text.
  const members = object as Readonly<Record<string, unknown>>
  for (const name in members)
    if (!isFirst(name) && members[name] !== undefined) text += `,${JSON.stringify(name)}:${toJson(members[name])}`
  return Buffer.from(`${text}}`)
}

const isFirst = (name: string): boolean => name === 'apiVersion' || name === 'kind' || name === 'metadata'

const ordered = (metadata: ObjectMeta): ObjectMeta => {
  const result: Record<string, unknown> = {}
  for (const key of order) if (metadata[key] !== undefined) result[key] = metadata[key]
  return result as ObjectMeta
}
