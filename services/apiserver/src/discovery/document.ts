import { jsonPartsInSteps, openApiHashInSteps } from '@periplus/api'
import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import type { Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import type { Headers, Reply } from '../http/reply.ts'

/** A document about the API: serialised once, known by its hash, sent only to those who don't have it. */
export interface ServedDocument {
  readonly parts: readonly Uint8Array[]
  /** Upper-case SHA-512 in hexadecimal. */
  readonly hash: string
  readonly contentType: string
}

const json = 'application/json'

/** Of bytes in parts. */
export function* servedInSteps(parts: readonly Uint8Array[], contentType: string): Steps<ServedDocument> {
  return { parts, hash: yield* openApiHashInSteps(parts), contentType }
}

/** Of JSON that is long. */
export function* servedJsonInSteps(value: unknown): Steps<ServedDocument> {
  return yield* servedInSteps(yield* jsonPartsInSteps(value), json)
}

export const servedDocument = (value: unknown, contentType = json): ServedDocument =>
  atOnce(servedInSteps([Buffer.from(JSON.stringify(value))], contentType))

/** Longer documents are written as their client takes them. */
const mostAtOnce = 1024 * 1024

async function* oneByOne(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield part
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
  { parts, hash, contentType }: ServedDocument,
  headers: Headers = {},
): Reply => {
  const etag = `"${hash}"`
  const about: Headers = { etag, vary: 'Accept', ...headers }
  if (matches(headerOf(call.request, 'if-none-match'), etag))
    return { tag: 'Bytes', code: 304, contentType, parts: [], headers: about }
  return parts.reduce((size, { length }) => size + length, 0) > mostAtOnce
    ? { tag: 'Pieces', contentType, pieces: oneByOne(parts), headers: about }
    : { tag: 'Bytes', code: 200, contentType, parts, headers: about }
}
