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

const withoutUndefined = <A extends object>(value: A): A =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as A

/** The same JSON value, whatever the order of the keys; an absent key equals an undefined one. */
export const sameJson = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((element, index) => sameJson(element, b[index]))
  if (Array.isArray(b)) return false
  const left = a as Json
  const right = b as Json
  for (const key in left) if (!sameJson(left[key], right[key])) return false
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false
  return true
}
