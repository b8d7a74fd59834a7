import { asBuffer } from '@periplus/prelude'
import type { Sequence } from '@periplus/log'
import { afterValue, memberStart } from './json-members.ts'

const closingBrace = 0x7d
const zero = 0x30
const comma = 0x2c
const quote = 0x22
const opening = Buffer.from('"resourceVersion":"')

/**
 * The object's JSON with `metadata.resourceVersion` as its metadata's first member. `body` is the object as an event carries
 * it: JSON with `metadata` and without a resourceVersion. The result owns its memory, so nothing it was cut from stays alive.
 *
 * Every object that a fold keeps comes through here, so it is one copy of the whole, and the beginning moved: pieces would be
 * views of their own, which cost more than copying them.
 */
export const withResourceVersion = (
  body: Uint8Array,
  sequence: Sequence,
  allocate: (length: number) => Buffer = Buffer.allocUnsafeSlow,
): Buffer => {
  const json = asBuffer(body)
  const metadata = memberStart(json, 0, 'metadata')
  if (metadata < 0) throw new Error('an object without metadata')
  const at = metadata + 1
  const digits = digitsOf(sequence)
  const isOnly = json[at] === closingBrace
  const inserted = opening.length + digits + (isOnly ? 1 : 2)
  const bytes = allocate(json.length + inserted)
  bytes.set(json, inserted)
  bytes.copyWithin(0, inserted, inserted + at)
  for (let i = 0; i < opening.length; i++) bytes[at + i] = opening[i] as number
  let position = at + opening.length + digits
  bytes[position] = quote
  if (!isOnly) bytes[position + 1] = comma
  for (let rest = sequence; position > at + opening.length; rest = Math.floor(rest / 10))
    bytes[--position] = zero + (rest % 10)
  return bytes
}

/** The body that `withResourceVersion` made such bytes of. */
export const withoutResourceVersion = (bytes: Uint8Array): Buffer => {
  const json = asBuffer(bytes)
  const metadata = memberStart(json, 0, 'metadata')
  const at = metadata + 1
  if (metadata < 0 || json.compare(opening, 0, opening.length, at, at + opening.length) !== 0)
    throw new Error('an object without a resourceVersion')
  const end = afterValue(json, at + opening.length - 1)
  return Buffer.concat([json.subarray(0, at), json.subarray(json[end] === comma ? end + 1 : end)])
}

const digitsOf = (sequence: Sequence): number => {
  let digits = 1
  for (let rest = sequence; rest >= 10; rest = Math.floor(rest / 10)) digits++
  return digits
}
