import type { Sequence } from '@periplus/log'
import { memberStart } from './json-members.ts'

const spliced = Buffer.from('"resourceVersion":"')
const closed = Buffer.from('"')
const closedWithMore = Buffer.from('",')
const closingBrace = 0x7d

/**
 * The object's JSON with `metadata.resourceVersion` as its metadata's first member. `body` is the object as an event carries
 * it: JSON with `metadata` and without a resourceVersion. The result owns its memory, so nothing it was cut from stays alive.
 */
export const withResourceVersion = (body: Uint8Array, sequence: Sequence): Buffer => {
  const opening = memberStart(body, 0, 'metadata')
  if (opening < 0) throw new Error('an object without metadata')
  const at = opening + 1
  const digits = String(sequence)
  const end = body[at] === closingBrace ? closed : closedWithMore
  const bytes = Buffer.allocUnsafeSlow(body.length + spliced.length + digits.length + end.length)
  bytes.set(body.subarray(0, at))
  bytes.set(spliced, at)
  bytes.write(digits, at + spliced.length, 'latin1')
  bytes.set(end, at + spliced.length + digits.length)
  bytes.set(body.subarray(at), at + spliced.length + digits.length + end.length)
  return bytes
}
