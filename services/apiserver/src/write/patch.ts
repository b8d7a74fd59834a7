import { E, asBuffer, inSteps, nextTurn, sharedTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import {
  fieldError,
  hasTooManyValues,
  mostCustomValues as mostInPatch,
  mostValuesOf,
  isCustomSchema,
  parseJsonInSteps,
  tooManyValues,
  unsupportedMediaType,
} from '@periplus/api'
import type { Decodable, FieldError, ParsedJson, Refusal } from '@periplus/api'
import type { Patch } from '@periplus/commands'
import type { Answer, Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { mediaTypeOf } from '../request/media-type.ts'
import { prepare } from '../read/prepare.ts'
import { objectIn } from '../read/representation.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { answerWith } from './carry-out.ts'
import type { WriteDeps } from './deps.ts'
import { longBody } from './read-object.ts'
import { patchWarnings } from './patch-warnings.ts'
import { parseWriteOptions } from './write-options.ts'
import type { FieldValidation } from './write-options.ts'

const types = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
} as const

/** Kubernetes' limit for the operations of one JSON patch. */
const mostOperations = 10_000

export const patch = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, kind, info, ref } = asked
  const options = parseWriteOptions(call.query, 'PatchOptions')
  if (E.isLeft(options)) return options
  const { fieldValidation } = options.right
  const read = await readPatch(call, kind, fieldValidation)
  if (E.isLeft(read)) return read
  if (sharedTurn.isOver()) await sharedTurn.next()
  if (read.right.type === 'strategic' && info.subresource !== 'scale' && isCustomSchema(kind.schema))
    return E.left(
      unsupportedMediaType(Object.keys(types).filter(type => types[type as PatchMediaType] !== 'strategic')),
    )
  const present = fieldValidation === 'Warn' && read.right.type !== 'apply' ? deps.cut.entry(ref) : undefined
  const ready = present ? await prepare(deps, kind, [present]) : E.right(undefined)
  if (present && E.isRight(ready) && read.right.type !== 'apply')
    for (const text of await patchWarnings(kind, read.right, objectIn(kind, present))) call.warn(text)
  const command = {
    verb: 'patch',
    kind,
    ref,
    patch: { ...read.right, strict: fieldValidation === 'Strict' },
    ...(info.subresource === '' ? {} : { subresource: info.subresource }),
    dryRun: options.right.dryRun,
  } as const
  return answerWith(deps, asked, command, ({ created }) => (created ? 201 : 200))
}

/** The patch that a request carries, of the type that its `Content-Type` names. */
export const readPatch = async (
  call: Call,
  kind: Decodable,
  fieldValidation: FieldValidation,
): Promise<Either<Refusal, Patch>> => {
  const type = patchTypeOf(headerOf(call.request, 'content-type'))
  if (E.isLeft(type)) return type
  const force = forced(call, type.right)
  if (E.isLeft(force)) return force
  const body = await call.body()
  if (E.isLeft(body)) return body
  const isLong = body.right.length >= longBody
  if (isLong) await nextTurn()
  const most = type.right === 'json' ? mostInPatch : mostValuesOf(kind)
  const read =
    type.right === 'apply'
      ? await readConfiguration(call, body.right, most, force.right, fieldValidation)
      : await parsePatch(type.right, body.right, most)
  if (isLong) await nextTurn()
  if (E.isRight(read)) call.trail.requested(read.right.body, body.right.length)
  return read
}

const wrongOptions = (cause: FieldError): Either<Refusal, never> =>
  E.left({
    tag: 'Invalid',
    target: { group: 'meta.k8s.io', resource: '', name: '', kind: 'PatchOptions' },
    causes: [cause],
  })

/** Forcing is about conflicts of appliers, and who applies says who they are. */
const forced = (call: Call, type: Patch['type']): Either<Refusal, boolean> => {
  const force = call.query.get('force')
  if (type !== 'apply')
    return force
      ? wrongOptions(fieldError.forbidden('force', 'may not be specified for non-apply patch'))
      : E.right(false)
  if (!call.query.get('fieldManager'))
    return wrongOptions(fieldError.required('fieldManager', 'is required for apply patch'))
  return E.right(force === 'true' || force === '1')
}

/** Clients send JSON, which is YAML too, and which is read faster. */
const readConfiguration = async (
  call: Call,
  bytes: Uint8Array,
  most: number,
  force: boolean,
  fieldValidation: FieldValidation,
): Promise<Either<Refusal, Patch>> => {
  if (hasTooManyValues(bytes, most)) return E.left(tooManyValues(most))
  const json = await parsed(bytes)
  const isPlain = E.isRight(json) && json.right.members.length === 0
  const read = isPlain ? E.right({ value: json.right.value, duplicates: [] }) : await call.readYaml(bytes)
  if (E.isLeft(read)) return read
  const { value, duplicates } = read.right
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refused('error decoding YAML: a configuration is an object')
  if (duplicates.length > 0 && fieldValidation === 'Strict')
    return refused(`error strict decoding YAML: ${duplicates.join(', ')}`)
  if (fieldValidation === 'Warn') duplicates.forEach(call.warn)
  return E.right({ type: 'apply', body: value as Readonly<Record<string, unknown>>, force })
}

type PatchMediaType = keyof typeof types

const patchTypeOf = (header: string | undefined): Either<Refusal, Patch['type']> => {
  const mediaType = mediaTypeOf(header)
  if (Object.hasOwn(types, mediaType)) return E.right(types[mediaType as PatchMediaType])
  return E.left(unsupportedMediaType(Object.keys(types)))
}

const refused = (message: string): Either<Refusal, never> => E.left({ tag: 'BadRequest', message })

type Parsed = Either<string, ParsedJson>

const parsed = (bytes: Uint8Array): Parsed | Promise<Parsed> =>
  inSteps(sharedTurn, parseJsonInSteps(asBuffer(bytes).toString('utf8')))

const parsePatch = async (
  type: Exclude<Patch['type'], 'apply'>,
  bytes: Uint8Array,
  most: number,
): Promise<Either<Refusal, Patch>> => {
  if (hasTooManyValues(bytes, most)) return E.left(tooManyValues(most))
  const read = await parsed(bytes)
  if (E.isLeft(read)) return refused(`error decoding patch: ${read.left}`)
  const body = read.right.value
  if (type !== 'json') {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return refused('error decoding patch: a merge patch is a JSON object')
    return E.right({ type, body })
  }
  if (!Array.isArray(body)) return refused('error decoding patch: a JSON patch is an array of operations')
  if (body.length > mostOperations)
    return E.left({
      tag: 'RequestEntityTooLarge',
      limitBytes: 0,
      message: `The allowed maximum operations in a JSON patch is ${mostOperations}, got ${body.length}`,
    })
  return E.right({ type, body })
}
