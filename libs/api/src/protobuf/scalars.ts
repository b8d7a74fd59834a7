import { E, asBuffer } from '@periplus/prelude'
import { canonicalQuantity } from '../quantity/format-quantity.ts'
import { int64Of } from '../int64/int64.ts'
import type { Int64 } from '../int64/int64.ts'
import { toJson } from '../json/exact-json.ts'
import { parseJson } from '../json/parse-json.ts'
import type { Scalar } from '../schema/schema.ts'
import { formatMicroTime, formatTime, parseTime } from '../time/timestamp.ts'
import { WireFault, WireReader } from './wire-reader.ts'
import type { WireType } from './wire-reader.ts'
import { delimit, writeBytes, writeText, writeVarint } from './wire-writer.ts'
import type { WireWriter } from './wire-writer.ts'

/** How one scalar travels. `read` gives `undefined` for a value that JSON has as absent, such as Go's zero time. */
export interface WireScalar {
  readonly type: WireType
  read(reader: WireReader): unknown
  write(writer: WireWriter, number: number, value: unknown): void
  /** What Go writes for a field that is no pointer and was never set. */
  writeZero(writer: WireWriter, number: number): void
}

const writeNothing = (writer: WireWriter, number: number): void => writeBytes(writer, number, nothing)
const nothing = new Uint8Array()

/** `2026-01-02T15:04:05Z`, in which nearly all times are kept: the engine reads it faster than our own pattern does. */
const momentOf = (text: string): number => {
  const moment = text.length === 20 ? Date.parse(text) : parseTime(text)
  if (moment === undefined || Number.isNaN(moment)) throw new Error(`${JSON.stringify(text)} is no time`)
  return moment
}

/** A message's fields as they come, for the few scalars that are messages on the wire. */
const eachField = (bytes: Uint8Array, onField: (number: number, type: WireType, reader: WireReader) => void): void => {
  const reader = new WireReader(bytes)
  while (!reader.done) {
    const { number, type } = reader.tag()
    onField(number, type, reader)
  }
}

const text = (bytes: Uint8Array): string => asBuffer(bytes).toString('utf8')

const timestamp = (tell: (milliseconds: number) => string, nanosPerUnit: number): WireScalar => ({
  type: 2,
  read: reader => {
    let seconds = 0n
    let nanos = 0
    const bytes = reader.delimited()
    if (bytes.length === 0) return undefined
    eachField(bytes, (number, type, inner) => {
      if (number === 1 && type === 0) seconds = BigInt.asIntN(64, inner.varint())
      else if (number === 2 && type === 0) nanos = Number(BigInt.asIntN(32, inner.varint()))
      else inner.skip(type)
    })
    const milliseconds = Number(seconds) * 1000 + (Math.floor(nanos / nanosPerUnit) * nanosPerUnit) / 1e6
    // Years 1 to 9999 are what RFC 3339 can say; Go's zero time is the first moment of year 1.
    if (milliseconds <= -62135596800000) return undefined
    if (milliseconds >= 253402300800000) throw new WireFault('time out of range')
    return tell(milliseconds)
  },
  write: (writer, number, value) => {
    const milliseconds = momentOf(value as string)
    const seconds = Math.floor(milliseconds / 1000)
    const before = writer.length
    writeVarint(writer, 2, nanosPerUnit > 1e6 ? 0 : Math.round((milliseconds - seconds * 1000) * 1000) * 1000)
    writeVarint(writer, 1, seconds)
    delimit(writer, number, before)
  },
  writeZero: writeNothing,
})

/** As Go's encoding/json writes it, which clients compare such bytes with: signs that HTML knows are escaped. */
const goJson = (value: unknown): string =>
  toJson(value).replace(/[<>&\u2028\u2029]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** `runtime.RawExtension` and its like: JSON text as bytes in field 1. */
const raw: WireScalar = {
  type: 2,
  read: reader => {
    let found: unknown
    eachField(reader.delimited(), (number, type, inner) => {
      if (number !== 1 || type !== 2) {
        inner.skip(type)
        return
      }
      const bytes = inner.delimited()
      if (bytes.length === 0) return
      const parsed = parseJson(text(bytes))
      if (E.isLeft(parsed)) throw new WireFault(`raw value is not JSON: ${parsed.left}`)
      found = parsed.right.value ?? undefined
    })
    return found
  },
  write: (writer, number, value) => {
    const before = writer.length
    writeText(writer, 1, goJson(value))
    delimit(writer, number, before)
  },
  writeZero: writeNothing,
}

const integer = (bits: number): WireScalar => ({
  type: 0,
  read: reader => int64Of(BigInt.asIntN(bits, reader.varint())),
  write: (writer, number, value) => writeVarint(writer, number, value as Int64),
  writeZero: (writer, number) => writeVarint(writer, number, 0),
})

const quantity: WireScalar = {
  type: 2,
  read: reader => {
    let found = '0'
    eachField(reader.delimited(), (number, type, inner) => {
      if (number !== 1 || type !== 2) {
        inner.skip(type)
        return
      }
      const given = text(inner.delimited())
      const canonical = canonicalQuantity(given === '' ? '0' : given)
      if (E.isLeft(canonical)) throw new WireFault(canonical.left)
      found = canonical.right
    })
    return found
  },
  write: (writer, number, value) => {
    const before = writer.length
    writeText(writer, 1, value as string)
    delimit(writer, number, before)
  },
  writeZero: (writer, number) => quantity.write(writer, number, '0'),
}

const intOrString: WireScalar = {
  type: 2,
  read: reader => {
    let isText = false
    let number32 = 0
    let words = ''
    eachField(reader.delimited(), (number, type, inner) => {
      if (number === 1 && type === 0) isText = inner.varint() === 1n
      else if (number === 2 && type === 0) number32 = Number(BigInt.asIntN(32, inner.varint()))
      else if (number === 3 && type === 2) words = text(inner.delimited())
      else inner.skip(type)
    })
    return isText ? words : number32
  },
  write: (writer, number, value) => {
    const isText = typeof value === 'string'
    const before = writer.length
    writeText(writer, 3, isText ? value : '')
    writeVarint(writer, 2, isText ? 0 : (value as number))
    writeVarint(writer, 1, isText ? 1 : 0)
    delimit(writer, number, before)
  },
  writeZero: (writer, number) => intOrString.write(writer, number, 0),
}

const writeDouble = (writer: WireWriter, number: number, value: unknown): void => {
  writer.double(value as number)
  writer.varint(number * 8 + 1)
}

/** The wire form of every scalar of the schema, as Kubernetes' generated.proto files have it. */
export const wireScalars: Readonly<Record<Scalar, WireScalar>> = {
  string: {
    type: 2,
    read: reader => text(reader.delimited()),
    write: (writer, number, value) => writeText(writer, number, value as string),
    writeZero: writeNothing,
  },
  boolean: {
    type: 0,
    read: reader => reader.varint() !== 0n,
    write: (writer, number, value) => writeVarint(writer, number, value === true ? 1 : 0),
    writeZero: (writer, number) => writeVarint(writer, number, 0),
  },
  int32: integer(32),
  int64: integer(64),
  double: {
    type: 1,
    read: reader => reader.double(),
    write: writeDouble,
    writeZero: (writer, number) => writeDouble(writer, number, 0),
  },
  bytes: {
    type: 2,
    read: reader => Buffer.from(reader.delimited()).toString('base64'),
    write: (writer, number, value) => writeBytes(writer, number, Buffer.from(value as string, 'base64')),
    // A slice in Go: not set, it is not written.
    writeZero: () => undefined,
  },
  quantity,
  time: timestamp(formatTime, 1e9),
  'micro-time': timestamp(formatMicroTime, 1000),
  'int-or-string': intOrString,
  'raw-object': raw,
  'raw-any': raw,
}
