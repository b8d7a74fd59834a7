import { groupVersion, toJson } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Entry } from '@periplus/projection'

/** An entry as one version of its resource shows it; the stored version's is the entry's own object. */
export const objectIn = (kind: Kind, entry: Entry): Stored<KubernetesObject> => {
  const object = entry.object()
  if (kind.asRead) return kind.asRead(object)
  if (kind.stored) return object
  if (kind.conversion) return kind.conversion.fromStored(object) as Stored<KubernetesObject>
  return { ...object, apiVersion: groupVersion(kind) }
}

const converted = new WeakMap<Entry, WeakMap<Kind, Uint8Array>>()
const metadataOnly = new WeakMap<Entry, Uint8Array>()

/** The same as bytes: of the stored version the cut's own, of another one kept with the entry once made. */
export const bytesIn = (kind: Kind, entry: Entry): Uint8Array => {
  if (kind.stored && !kind.asRead) return entry.bytes
  const known = converted.get(entry) ?? new WeakMap<Kind, Uint8Array>()
  converted.set(entry, known)
  const bytes = known.get(kind) ?? bytesOf(entry, objectIn(kind, entry))
  known.set(kind, bytes)
  return bytes
}

const bytesOf = (entry: Entry, shown: KubernetesObject): Uint8Array =>
  shown === entry.object() ? entry.bytes : Buffer.from(toJson(shown))

/** `meta.k8s.io` PartialObjectMetadata: what clients ask for that follow everything but read little. */
export const metadataBytes = (entry: Entry): Uint8Array => {
  const known = metadataOnly.get(entry)
  if (known) return known
  const bytes = Buffer.from(toJson(partialMetadata(entry.object())))
  metadataOnly.set(entry, bytes)
  return bytes
}

export const partialMetadata = (object: KubernetesObject): KubernetesObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: object.metadata ?? {},
})
