import type { Sequence } from '@periplus/log'
import { asBuffer } from './as-buffer.ts'
import { memberStart } from './json-members.ts'

const closingBrace = 0x7d

/**
 * The object's JSON with `metadata.resourceVersion` as its metadata's first member. `body` is the object as an event carries
 * it: JSON with `metadata` and without a resourceVersion. The result owns its memory, so nothing it was cut from stays alive.
 */
export const withResourceVersion = (
  body: Uint8Array,
  sequence: Sequence,
  allocate: (length: number) => Buffer = Buffer.allocUnsafeSlow,
): Buffer => {
  const json = asBuffer(body)
  const opening = memberStart(json, 0, 'metadata')
  if (opening < 0) throw new Error('an object without metadata')
  const at = opening + 1
  const inserted = `"resourceVersion":"${sequence}"${json[at] === closingBrace ? '' : ','}`
  const bytes = allocate(json.length + inserted.length)
  json.copy(bytes, 0, 0, at)
  bytes.write(inserted, at, 'latin1')
  json.copy(bytes, at + inserted.length, at)
  return bytes
}
