import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What a digest stands for besides the body: an event is another one where any of this is. */
export interface Digested {
  /** With every name in full. */
  readonly subject: string
  readonly id: string
  /** As `ce-type` has it. */
  readonly type: string
  readonly uid: string
  readonly previous: number
}

const sha256 = ({ subject, id, type, uid, previous }: Digested, body: Uint8Array): string =>
  createHash('sha256').update([subject, id, type, uid, previous, ''].join('\n')).update(body).digest('base64url')

const checksumDigits = 8
const dot = 0x2e

const checksumOf = (body: Uint8Array): string => crc32(body).toString(16).padStart(checksumDigits, '0')

/**
 * `ce-digest`: CRC-32 of the body in eight hexadecimal digits, a dot, and SHA-256 (base64url) of what the event is and its body.
 * Every reader looks at the first part, which costs it about a microsecond; the second, at three times that, is for `verifyLog`.
 */
export const digestOf = (event: Digested, body: Uint8Array): string => `${checksumOf(body)}.${sha256(event, body)}`

/** Whether a body is the one that `digest` was made of, as far as its checksum says. */
export const fitsChecksum = (digest: string, body: Uint8Array): boolean => {
  let checksum = 0
  for (let i = 0; i < checksumDigits; i++) checksum = checksum * 16 + valueOf(digest.charCodeAt(i))
  return checksum === crc32(body) && digest.charCodeAt(checksumDigits) === dot
}

/** Of a hexadecimal digit; NaN for what is none. */
const valueOf = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : NaN
}

/** Whether event and body are those that `digest` was made of. */
export const fitsDigest = (digest: string, event: Digested, body: Uint8Array): boolean =>
  digest === digestOf(event, body)
