import { openApiHash } from '@periplus/api'
import type { Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import type { Headers, Reply } from '../http/reply.ts'

/** A document about the API: serialised once, known by its hash, sent only to those who don't have it. */
export interface ServedDocument {
  readonly bytes: Uint8Array
  /** Upper-case SHA-512 in hexadecimal. */
  readonly hash: string
  readonly contentType: string
}

export const servedDocument = (value: unknown, contentType = 'application/json'): ServedDocument => {
  const bytes = Buffer.from(JSON.stringify(value))
  return { bytes, hash: openApiHash(bytes), contentType }
}

/** Does the work at the first call. */
export const once = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

const matches = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  header.split(',').some(one => {
    const tag = one.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag
  })

/** 304 for a client whose `If-None-Match` names this very document. */
export const answerDocument = (
  call: Call,
  { bytes, hash, contentType }: ServedDocument,
  headers: Headers = {},
): Reply => {
  const etag = `"${hash}"`
  const about: Headers = { etag, vary: 'Accept', ...headers }
  return matches(headerOf(call.request, 'if-none-match'), etag)
    ? { tag: 'Bytes', code: 304, contentType, parts: [], headers: about }
    : { tag: 'Bytes', code: 200, contentType, parts: [bytes], headers: about }
}
