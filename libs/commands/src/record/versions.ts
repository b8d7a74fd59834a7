import type { Kind, KubernetesObject, Stored, KindRegistry } from '@periplus/api'
import { defaulted } from '../validation/defaults.ts'

/** As objects of a kind name its version. */
export const apiVersionOf = (kind: Kind): string => (kind.group === '' ? kind.version : `${kind.group}/${kind.version}`)

/** The log's form of an object, seen through `kind`'s version. */
export const readAs = (kind: Kind, object: Stored<KubernetesObject>): Stored<KubernetesObject> => {
  if (kind.asRead) return kind.asRead(object)
  if (kind.stored || object.apiVersion === apiVersionOf(kind)) return object
  const converted = kind.conversion ? kind.conversion.fromStored(object) : object
  return { ...converted, apiVersion: apiVersionOf(kind), kind: kind.kind } as Stored<KubernetesObject>
}

/** An object of `kind`'s version in the form that the log holds, with what only that form has filled in. */
export const storeAs = (kind: Kind, object: KubernetesObject, kinds: () => KindRegistry): KubernetesObject => {
  if (kind.stored) return object
  const stored = kinds().stored(kind.group, kind.resource)
  if (!stored) return object
  const converted = kind.conversion ? kind.conversion.toStored(object) : object
  return defaulted(stored, { ...converted, apiVersion: apiVersionOf(stored), kind: stored.kind })
}
