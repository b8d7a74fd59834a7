import type { Kind } from '../kind.ts'
import type { KubernetesObject, Stored } from '../meta/object-meta.ts'
import { groupVersion } from './group-version.ts'

/** The log's form of an object, seen through `kind`'s version; the stored version's is the object itself. */
export const inVersion = <A extends KubernetesObject>(kind: Kind<A>, object: Stored<KubernetesObject>): Stored<A> => {
  if (kind.asRead) return kind.asRead(object) as Stored<A>
  const apiVersion = groupVersion(kind)
  if (kind.stored || object.apiVersion === apiVersion) return object as Stored<A>
  const converted = kind.conversion ? kind.conversion.fromStored(object) : object
  return { ...converted, apiVersion, kind: kind.kind } as Stored<A>
}

/** Whether an object is in another version than the kind's, of which only a webhook knows how it looks in this one. */
export const needsConversion = (kind: Kind, { apiVersion }: Pick<KubernetesObject, 'apiVersion'>): boolean =>
  kind.convertedBy !== undefined && apiVersion !== groupVersion(kind)
