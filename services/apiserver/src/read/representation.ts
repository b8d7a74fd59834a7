import { asBuffer } from '@periplus/prelude'
import { encodeMessage, fromJson, inVersion, needsConversion, PartialObjectMetadata, toJson } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { Entry } from '@periplus/projection'

/** An entry as one version of its resource shows it; the stored version's is the entry's own object. */
export const objectIn = (kind: Kind, entry: Entry): Stored<KubernetesObject> =>
  kind.convertedBy && needsConversion(kind, entry.object())
    ? (fromJson(Buffer.from(bytesIn(kind, entry)).toString()) as Stored<KubernetesObject>)
    : inVersion(kind, entry.object())

/** Read anew: what was only wanted to be written in another form is not kept in memory. */
const readAnew = (entry: Entry): Stored<KubernetesObject> =>
  fromJson(asBuffer(entry.bytes).toString()) as ReturnType<Entry['object']>

const messages = new WeakMap<Entry, WeakMap<Kind, Uint8Array>>()
const metadataMessages = new WeakMap<Entry, Uint8Array>()

/**
 * The same as a protobuf message, made when somebody first asks and kept for as long as the entry is. Lists hold it as it is; an
 * object alone and one of a watch have the envelope around it.
 */
export const messageIn = (kind: Kind, entry: Entry): Uint8Array => {
  const known = messages.get(entry) ?? new WeakMap<Kind, Uint8Array>()
  messages.set(entry, known)
  const message = known.get(kind) ?? encodeMessage(kind.schema, inVersion(kind, readAnew(entry)))
  known.set(kind, message)
  return message
}

export const metadataMessage = (entry: Entry): Uint8Array => {
  const known = metadataMessages.get(entry)
  if (known) return known
  const message = encodeMessage(PartialObjectMetadata, partialMetadata(readAnew(entry)))
  metadataMessages.set(entry, message)
  return message
}

const converted = new WeakMap<Entry, WeakMap<Kind, Uint8Array>>()
const metadataOnly = new WeakMap<Entry, Uint8Array>()

/** The same as bytes: of the stored version the cut's own, of another one kept with the entry once made. */
export const bytesIn = (kind: Kind, entry: Entry): Uint8Array => {
  if (kind.stored && !kind.asRead) return entry.bytes
  const known = converted.get(entry) ?? new WeakMap<Kind, Uint8Array>()
  converted.set(entry, known)
  const bytes = known.get(kind) ?? bytesOf(entry, own(kind, entry))
  known.set(kind, bytes)
  return bytes
}

/** Nobody shows what has not been prepared: there is no form of it in this version yet. */
const own = (kind: Kind, entry: Entry): KubernetesObject => {
  const object = entry.object()
  if (needsConversion(kind, object))
    throw new Error(`${kind.resource} of ${object.apiVersion} were to be shown before they were converted`)
  return inVersion(kind, object)
}

/** Whether an entry can be shown in the kind's version without asking a webhook. */
export const isPrepared = (kind: Kind, entry: Entry): boolean =>
  !needsConversion(kind, entry.object()) || (converted.get(entry)?.has(kind) ?? false)

/** What a webhook has made of an entry. */
export const keepConverted = (kind: Kind, entry: Entry, object: KubernetesObject): void => {
  const known = converted.get(entry) ?? new WeakMap<Kind, Uint8Array>()
  converted.set(entry, known)
  known.set(kind, Buffer.from(toJson(object)))
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
