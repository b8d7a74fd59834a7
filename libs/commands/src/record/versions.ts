import { groupVersion } from '@periplus/api'
import type { Kind, KindRegistry, KubernetesObject } from '@periplus/api'
import { defaulted } from '../validation/defaults.ts'

/** An object of `kind`'s version in the form that the log holds, with what only that form has filled in. */
export const storeAs = (kind: Kind, object: KubernetesObject, kinds: () => KindRegistry): KubernetesObject => {
  if (kind.stored) return object
  const stored = kinds().stored(kind.group, kind.resource)
  if (!stored) return object
  const converted = kind.conversion ? kind.conversion.toStored(object) : object
  return defaulted(stored, { ...converted, apiVersion: groupVersion(stored), kind: stored.kind })
}
