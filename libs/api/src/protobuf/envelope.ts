import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { tooManyValues } from '../json/bounds.ts'
import type { Refusal } from '../refusal.ts'
import { badRequest, unsupportedMediaType } from '../status/refusals.ts'
import { decodeValue, mostValuesOf } from '../schema/decode.ts'
import type { Decodable, Decoded, DecodeOptions } from '../schema/decode.ts'
import type { Schema } from '../schema/schema.ts'
import { decodeMessage } from './decode-message.ts'
import { encodeMessage } from './encode-message.ts'
import { travelsAsProtobuf } from './message-plan.ts'
import { TooManyFields, WireFault, WireReader } from './wire-reader.ts'
import { delimit, WireWriter, writeText } from './wire-writer.ts'

/** The media type of Kubernetes' protobuf bodies. */
export const protobufMediaType = 'application/vnd.kubernetes.protobuf'

/** `k8s` and a zero byte: what every Kubernetes protobuf body begins with. */
const magic = Buffer.from([0x6b, 0x38, 0x73, 0x00])

interface Envelope {
  readonly apiVersion: string
  readonly kind: string
  readonly raw: Uint8Array
}

const fields = (bytes: Uint8Array): ReadonlyMap<number, Uint8Array> => {
  const reader = new WireReader(bytes)
  const found = new Map<number, Uint8Array>()
  while (!reader.done) {
    const { number, type } = reader.tag()
    if (type === 2) found.set(number, reader.delimited())
    else reader.skip(type)
  }
  return found
}

const none = new Uint8Array()
const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? none).toString('utf8')

/** `runtime.Unknown`: type, payload, and how the payload is written. */
const openEnvelope = (body: Uint8Array): Envelope => {
  if (body.length < magic.length || magic.some((byte, at) => body[at] !== byte))
    throw new WireFault('provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]')
  const unknown = fields(body.subarray(magic.length))
  const typeMeta = fields(unknown.get(1) ?? none)
  const encoding = text(unknown.get(3))
  const contentType = text(unknown.get(4))
  if (encoding !== '')
    throw new WireFault(`unable to decode protobuf with content encoding ${JSON.stringify(encoding)}`)
  if (contentType !== '' && contentType !== protobufMediaType)
    throw new WireFault(`unable to decode protobuf with content type ${JSON.stringify(contentType)}`)
  return { apiVersion: text(typeMeta.get(1)), kind: text(typeMeta.get(2)), raw: unknown.get(2) ?? none }
}

/**
 * A body of `application/vnd.kubernetes.protobuf` as an object of the kind, with the same checks and in the same form as from
 * JSON. Numbers that the schema doesn't know are skipped, as protobuf wants it. `415` for the few types whose wire form isn't
 * known here, `400` for what is malformed, `413` for too many fields.
 */
export const decodeProtobuf = <A>(
  kind: Decodable<A>,
  body: Uint8Array,
  options: DecodeOptions,
): Either<Refusal, Decoded<A>> => {
  if (!travelsAsProtobuf(kind.schema)) return E.left(unsupportedMediaType(['application/json', 'application/yaml']))
  try {
    const { apiVersion, kind: name, raw } = openEnvelope(body)
    const members = decodeMessage(kind.schema, raw, mostValuesOf(kind)) as Record<string, unknown>
    return decodeValue(kind, { ...members, apiVersion, kind: name }, options)
  } catch (fault) {
    if (fault instanceof TooManyFields) return E.left(tooManyValues(mostValuesOf(kind)))
    if (fault instanceof WireFault) return E.left(badRequest(fault.message))
    throw fault
  }
}

/**
 * What stands around a message that is a body of `application/vnd.kubernetes.protobuf`: the bytes before it, which tell its type and
 * its length, and those after it.
 */
export const protobufEnvelope = (
  apiVersion: string,
  kind: string,
  messageBytes: number,
): { readonly before: Buffer; readonly after: Buffer } => {
  const writer = new WireWriter()
  writer.varint(messageBytes)
  writer.varint(2 * 8 + 2)
  const before = writer.length
  writeText(writer, 2, kind)
  writeText(writer, 1, apiVersion)
  delimit(writer, 1, before)
  writer.bytes(magic)
  return { before: writer.finish(), after: noEncodingNoType }
}

/** Empty text in the fields 3 and 4: the message is not compressed, and of the type that is the default. */
const noEncodingNoType = Buffer.from([0x1a, 0x00, 0x22, 0x00])

/** A message as such a body. */
export const inEnvelope = (apiVersion: string, kind: string, message: Uint8Array): Buffer => {
  const { before, after } = protobufEnvelope(apiVersion, kind, message.length)
  return Buffer.concat([before, message, after])
}

/** An object that fits the schema as a body of `application/vnd.kubernetes.protobuf`. */
export const encodeProtobuf = (
  schema: Schema<unknown>,
  object: { readonly apiVersion?: string; readonly kind?: string },
): Buffer => inEnvelope(object.apiVersion ?? '', object.kind ?? '', encodeMessage(schema, object))
