import type { KubernetesObject, ObjectMeta } from '@periplus/api'

/** An object seen without its type: the write path treats all kinds alike. */
export type Json = Readonly<Record<string, unknown>>

export const asJson = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}

/** The named top-level part, such as `spec`; empty where it is absent. */
export const part = (object: KubernetesObject, name: string): Json => asJson((object as Json)[name])

/** The object with the part replaced, or removed when `value` is undefined. */
export const withPart = (object: KubernetesObject, name: string, value: unknown): KubernetesObject => {
  const { [name]: _, ...others } = object as Json
  return (value === undefined ? others : { ...others, [name]: value }) as KubernetesObject
}

export const withMeta = (object: KubernetesObject, changes: Partial<ObjectMeta>): KubernetesObject => ({
  ...object,
  metadata: withoutUndefined({ ...object.metadata, ...changes }),
})

const withoutUndefined = (value: ObjectMeta): ObjectMeta => {
  const kept: Record<string, unknown> = {}
  for (const key in value) if (value[key as keyof ObjectMeta] !== undefined) kept[key] = value[key as keyof ObjectMeta]
  return kept
}
