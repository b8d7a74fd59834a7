import { E, inSteps, nextTurn, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import {
  decodeJsonInSteps,
  decodeProtobuf,
  decodeValueInSteps,
  hasTooManyValues,
  isCustomSchema,
  mostValuesOf,
  protobufMediaType,
  tooManyValues,
  unsupportedMediaType,
} from '@periplus/api'
import type { Decodable, DecodeOptions, Decoded, Refusal } from '@periplus/api'
import type { Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { mediaTypeOf } from '../request/media-type.ts'

const textual = ['application/json', 'application/yaml']
const accepted = [...textual, protobufMediaType]

/** Bytes from which on others have a turn before a body is read, and before anything is made of it. */
export const longBody = 32 * 1024

/**
 * A request's body, in whichever encoding it came: an object of a kind, or what is no resource, such as `Eviction`. What is wrong but not
 * refused becomes a warning.
 */
export const readBodyOf = async <A>(
  call: Call,
  kind: Decodable<A>,
  options: DecodeOptions,
): Promise<Either<Refusal, A>> => {
  const body = await call.body()
  if (E.isLeft(body)) return body
  if (body.right.length >= longBody) await nextTurn()
  const mediaType = mediaTypeOf(headerOf(call.request, 'content-type'))
  const decoded =
    mediaType === 'application/yaml'
      ? await decodeYaml(call, kind, body.right, options)
      : await decode(kind, mediaType, body.right, options)
  if (E.isLeft(decoded)) return decoded
  for (const warning of decoded.right.warnings) call.warn(warning)
  call.trail.requested(decoded.right.object, body.right.length)
  if (body.right.length >= longBody) await nextTurn()
  return E.right(decoded.right.object)
}

const decode = <A>(
  kind: Decodable<A>,
  mediaType: string,
  body: Uint8Array,
  options: DecodeOptions,
): Either<Refusal, Decoded<A>> | Promise<Either<Refusal, Decoded<A>>> => {
  switch (mediaType) {
    case 'application/json':
      return inSteps(sharedTurn, decodeJsonInSteps(kind, body, options))
    case protobufMediaType:
      return isCustomSchema(kind.schema) ? E.left(unsupportedMediaType(textual)) : decodeProtobuf(kind, body, options)
    default:
      return E.left(unsupportedMediaType(isCustomSchema(kind.schema) ? textual : accepted))
  }
}

const openBrace = 0x7b

const decodeYaml = async <A>(
  call: Call,
  kind: Decodable<A>,
  body: Uint8Array,
  options: DecodeOptions,
): Promise<Either<Refusal, Decoded<A>>> => {
  const most = mostValuesOf(kind)
  // JSON is YAML, too, and read as such takes seconds.
  if (body[0] === openBrace && hasTooManyValues(body, most)) return E.left(tooManyValues(most))
  const parsed = await call.readYaml(body)
  if (E.isLeft(parsed)) return parsed
  const { value, duplicates } = parsed.right
  if (duplicates.length > 0 && options.fieldValidation === 'Strict')
    return E.left({ tag: 'BadRequest', message: `strict decoding error: ${duplicates.join(', ')}` })
  const decoded = await inSteps(sharedTurn, decodeValueInSteps(kind, value, options))
  if (E.isLeft(decoded) || options.fieldValidation === 'Ignore') return decoded
  return E.right({ ...decoded.right, warnings: [...duplicates, ...decoded.right.warnings] })
}
