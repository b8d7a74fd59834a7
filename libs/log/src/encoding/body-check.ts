import { asBuffer } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'

const closing = 0x7d

const groupOf = (apiVersion: string): string => {
  const slash = apiVersion.indexOf('/')
  return slash < 0 ? '' : apiVersion.slice(0, slash)
}

/** How the bodies that the write path makes begin, up to the name. */
const usualBeginning = /^\{"apiVersion":"([^"\\]*)","kind":"[^"\\]*","metadata":\{"name":"/

/** Such beginnings that have been looked at, by resource: nearly all bodies of a resource begin alike. */
const beginnings = new Map<string, { readonly group: string; readonly text: string }>()
const mostBeginnings = 1_000

const beginningOf = (head: string, { group, resource }: ObjectRef): string | undefined => {
  const known = beginnings.get(resource)
  if (known && known.group === group && head.startsWith(known.text)) return known.text
  const [text, apiVersion = ''] = usualBeginning.exec(head) ?? []
  if (text === undefined || groupOf(apiVersion) !== group) return undefined
  if (beginnings.size >= mostBeginnings) beginnings.clear()
  beginnings.set(resource, { group, text })
  return text
}

const toNamespace = '","namespace":"'
const toGenerateName = '","generateName":"'
/** Bytes of a body that are looked at. */
const headBytes = 320

/**
 * Whether a body, as the write path makes them, is the object of this name, as far as its first bytes say: looking at these takes
 * a small part of the time that parsing takes. `false` where it isn't, or isn't as we write it, or its names are long.
 */
const looksLike = (json: Buffer, ref: ObjectRef): boolean => {
  if (json[json.length - 1] !== closing) return false
  const { namespace, name } = ref
  const head = json.toString('latin1', 0, headBytes)
  const beginning = beginningOf(head, ref)
  if (beginning === undefined || !head.startsWith(name, beginning.length)) return false
  let at = beginning.length + name.length
  if (namespace === '') return head.startsWith('"', at)
  if (head.startsWith(toGenerateName, at)) at = head.indexOf('"', at + toGenerateName.length)
  return head.startsWith(toNamespace, at) && head.startsWith(`${namespace}"`, at + toNamespace.length)
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parsed = (json: Buffer): unknown => {
  try {
    return JSON.parse(json.toString())
  } catch {
    return undefined
  }
}

/** Why a body is not the object that it should be; `undefined` where it is. Parses all of it. */
export const whyNot = (json: Buffer, ref: ObjectRef, uid: string): string | undefined => {
  const object = parsed(json)
  if (object === undefined) return 'its body is not JSON'
  if (!isRecord(object) || !isRecord(object['metadata'])) return 'its body is no object'
  const { apiVersion, kind, metadata } = object
  if (metadata['name'] !== ref.name) return 'its body is another object'
  if ((metadata['namespace'] ?? ref.namespace) !== ref.namespace) return 'its body is an object of another namespace'
  if ((metadata['uid'] ?? uid) !== uid) return 'its body has another uid'
  if (apiVersion !== undefined && (typeof apiVersion !== 'string' || groupOf(apiVersion) !== ref.group))
    return 'its body is an object of another group'
  if (kind !== undefined && typeof kind !== 'string') return 'its kind is no text'
  return undefined
}

/** The same for a body that is about to be appended: of those that look as the write path makes them, no more is read. */
export const whyNotWritten = (body: Uint8Array, ref: ObjectRef, uid: string): string | undefined => {
  const json = asBuffer(body)
  return looksLike(json, ref) ? undefined : whyNot(json, ref, uid)
}

/**
 * Whether a kind may be that of a resource, where nothing but the body tells: the built-in ones begin alike (Pod and pods, Ingress
 * and ingresses), and others are not older than digests.
 */
export const mayBeKindOf = (json: Buffer, resource: string): boolean => {
  const kind = (parsed(json) as { readonly kind?: string } | undefined)?.kind
  return kind === undefined || (kind !== '' && resource.startsWith(kind.toLowerCase().slice(0, 3)))
}
