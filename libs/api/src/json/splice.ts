import { toJson } from './exact-json.ts'

const quote = 0x22
const backslash = 0x5c
const key = Buffer.from('"metadata"')
const opens = (code: number | undefined): boolean => code === 0x7b || code === 0x5b
const closes = (code: number | undefined): boolean => code === 0x7d || code === 0x5d

/** The byte after the string that starts at `at`. */
const afterString = (bytes: Uint8Array, at: number): number => {
  let end = at + 1
  while (end < bytes.length && bytes[end] !== quote) end += bytes[end] === backslash ? 2 : 1
  return end + 1
}

const isSpace = (code: number | undefined): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

const skipSpace = (bytes: Uint8Array, at: number): number => {
  let next = at
  while (isSpace(bytes[next])) next++
  return next
}

const matches = (bytes: Uint8Array, at: number): boolean => {
  for (let step = 0; step < key.length; step++) if (bytes[at + step] !== key[step]) return false
  return true
}

/** The byte after the `{` of the top-level `metadata`; -1 where there is none. */
const insideMetadata = (bytes: Uint8Array): number => {
  let depth = 0
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at]
    if (code === quote) {
      const end = afterString(bytes, at)
      if (depth === 1 && end - at === key.length && matches(bytes, at)) {
        const colon = skipSpace(bytes, end)
        const value = skipSpace(bytes, colon + 1)
        if (bytes[colon] === 0x3a && bytes[value] === 0x7b) return value + 1
      }
      at = end
    } else {
      if (opens(code)) depth++
      else if (closes(code)) depth--
      at++
    }
  }
  return -1
}

/**
 * The serialised object with `metadata.resourceVersion` put in as the first member of its metadata. The object must not have one
 * yet, as bodies in the log don't. Bytes are copied, never parsed; the cost is one copy, as metadata stands near the start.
 * Throws where there is no metadata: such bytes are no object.
 */
export const spliceResourceVersion = (bytes: Uint8Array, sequence: number): Buffer => {
  const at = insideMetadata(bytes)
  if (at < 0) throw new Error('serialised object without metadata')
  const empty = bytes[skipSpace(bytes, at)] === 0x7d
  const member = `"resourceVersion":"${sequence}"${empty ? '' : ','}`
  const spliced = Buffer.allocUnsafe(bytes.length + member.length)
  spliced.set(bytes.subarray(0, at), 0)
  spliced.write(member, at, 'latin1')
  spliced.set(bytes.subarray(at), at + member.length)
  return spliced
}

interface Versioned {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: { readonly resourceVersion?: string }
}

/** An object as bodies in the log have it: JSON without `resourceVersion`, with what identifies it first. */
export const serialiseObject = (object: Versioned): Buffer => {
  const { apiVersion, kind, metadata, ...rest } = object
  const { resourceVersion: _, ...kept } = metadata ?? {}
  return Buffer.from(toJson({ apiVersion, kind, metadata: kept, ...rest }))
}

/** The object without its `resourceVersion`: what two states of it are compared by. */
export const withoutResourceVersion = <A extends Versioned>(object: A): A => {
  if (object.metadata?.resourceVersion === undefined) return object
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata }
}
