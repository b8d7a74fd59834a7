import { E, inSteps, sharedTurn } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import {
  decodeValueInSteps,
  hasTooManyValues,
  mostDefinitionValues,
  parseJsonInSteps,
  refOf,
  tooManyValues,
} from '@periplus/api'
import type { Kind, KindRegistry, KubernetesObject, Refusal } from '@periplus/api'
import type { Command, GroupRefusal } from '@periplus/commands'
import type { Call } from '../http/call.ts'
import { badRequest } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { deletionOf } from '../write/delete-options.ts'
import { inTheNameOf } from '../write/requester.ts'
import { fieldManagerOf, parseWriteOptions } from '../write/write-options.ts'
import type { WriteOptions } from '../write/write-options.ts'

/** One write of a group, as a client says it. */
interface Given {
  readonly verb?: unknown
  /** With `apiVersion`, `kind` and, where the kind has them, `metadata.namespace`. Of a deletion nothing else is read. */
  readonly object?: unknown
  /** Of a configuration that is applied: fields of others are taken over. */
  readonly force?: unknown
  /** Of a deletion: its `DeleteOptions`. */
  readonly options?: unknown
  /** The uid of an object that is gone, for which what is created stands. */
  readonly inPlaceOf?: unknown
}

/** The same, understood. */
export interface GroupWrite {
  readonly command: Command
  readonly inPlaceOf?: string
}

/** What each write takes, as RBAC names it. */
const verbs = { apply: 'patch', create: 'create', update: 'update', delete: 'delete' } as const

type GivenVerb = keyof typeof verbs

const refusedAt =
  (index: number | undefined) =>
  (refusal: Refusal): GroupRefusal => ({ index, refusal })

/** The writes that a request's body lists under `writes`, in its order. */
export const readGroup = async (
  call: Call,
  kinds: KindRegistry,
): Promise<Either<GroupRefusal, readonly GroupWrite[]>> => {
  const options = parseWriteOptions(call.query, 'PatchOptions')
  if (E.isLeft(options)) return E.mapLeft(refusedAt(undefined))(options)
  const body = await call.body()
  if (E.isLeft(body)) return E.mapLeft(refusedAt(undefined))(body)
  return inSteps(sharedTurn, writesIn(body.right, call, kinds, options.right))
}

/** The same of a body, in steps. */
export function* writesIn(
  body: Uint8Array,
  call: Pick<Call, 'query' | 'request' | 'user' | 'warn'>,
  kinds: KindRegistry,
  options: WriteOptions,
): Steps<Either<GroupRefusal, readonly GroupWrite[]>> {
  const list = E.mapLeft(refusedAt(undefined))(yield* listIn(body))
  if (E.isLeft(list)) return list
  const fieldManager = fieldManagerOf(call.query, headerOf(call.request, 'user-agent'))
  const writes: GroupWrite[] = []
  for (const [index, given] of list.right.entries()) {
    yield
    const write = yield* readWrite(call.warn, kinds, given as Given, options, fieldManager)
    if (E.isLeft(write)) return E.mapLeft(refusedAt(index))(write)
    writes.push({ ...write.right, command: inTheNameOf(write.right.command, call.user) })
  }
  return E.right(writes)
}

function* listIn(body: Uint8Array): Steps<Either<Refusal, readonly unknown[]>> {
  if (hasTooManyValues(body, mostDefinitionValues)) return E.left(tooManyValues(mostDefinitionValues))
  yield
  const parsed = yield* parseJsonInSteps(Buffer.from(body).toString('utf8'))
  if (E.isLeft(parsed)) return badRequest(`the body of a group is JSON: ${parsed.left}`)
  if (parsed.right.members.length > 0) return badRequest('the body of a group has a field twice')
  const { value } = parsed.right
  const writes = typeof value === 'object' && value !== null ? (value as { writes?: unknown }).writes : undefined
  if (!Array.isArray(writes) || writes.length === 0 || !writes.every(isObject))
    return badRequest('the body of a group is {"writes": [...]}, with one object at least')
  return E.right(writes)
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function* readWrite(
  warn: Call['warn'],
  kinds: KindRegistry,
  { verb, object, force, options, inPlaceOf }: Given,
  { dryRun, fieldValidation }: WriteOptions,
  fieldManager: string,
): Steps<Either<Refusal, GroupWrite>> {
  if (!isVerb(verb)) return badRequest(`a write of a group is one of ${Object.keys(verbs).join(', ')}`)
  if (inPlaceOf !== undefined && (typeof inPlaceOf !== 'string' || inPlaceOf === ''))
    return badRequest('inPlaceOf is the uid of an object')
  const found = kindOf(kinds, object)
  if (E.isLeft(found)) return found
  const kind = found.right
  const named: KubernetesObject = object as KubernetesObject
  if (!kind.verbs.includes('get') || !kind.verbs.includes(verbs[verb]))
    return E.left({
      tag: 'MethodNotAllowed',
      target: { group: kind.group, resource: kind.resource, name: '' },
      action: verb,
    })
  const placed = placeOf(kind, named, verb)
  if (E.isLeft(placed)) return placed
  const ref = placed.right
  const about = inPlaceOf === undefined ? {} : { inPlaceOf }
  switch (verb) {
    case 'apply': {
      const body = object as Readonly<Record<string, unknown>>
      const patch = { type: 'apply', body, force: force === true, strict: fieldValidation === 'Strict' } as const
      return E.right({ ...about, command: { verb: 'patch', kind, ref, patch, fieldManager, dryRun } })
    }
    case 'delete': {
      const deletion = deletionOf(isObject(options) ? options : {})
      if (E.isLeft(deletion)) return deletion
      const command: Command = { verb: 'delete', kind, ref, options: deletion.right.options, dryRun }
      return E.right({ ...about, command })
    }
    case 'create':
    case 'update': {
      const decoded = yield* decodeValueInSteps(kind, object, { fieldValidation })
      if (E.isLeft(decoded)) return decoded
      decoded.right.warnings.forEach(warn)
      return E.right({ ...about, command: { verb, kind, object: decoded.right.object, fieldManager, dryRun } })
    }
  }
}

const isVerb = (verb: unknown): verb is GivenVerb => typeof verb === 'string' && Object.hasOwn(verbs, verb)

const kindOf = (kinds: KindRegistry, object: unknown): Either<Refusal, Kind> => {
  const { apiVersion, kind: name } = isObject(object) ? object : {}
  if (typeof apiVersion !== 'string' || typeof name !== 'string')
    return badRequest('an object of a group says its apiVersion and its kind')
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  const kind = kinds.byKind(group, version, name)
  return kind
    ? E.right(kind)
    : badRequest(`no matches for kind ${JSON.stringify(name)} in version ${JSON.stringify(apiVersion)}`)
}

/** Which object is meant; only one that is created may leave its name to be generated. */
const placeOf = (kind: Kind, { metadata }: KubernetesObject, verb: GivenVerb) => {
  const { name = '', namespace = '' } = isObject(metadata) ? (metadata as Record<string, unknown>) : {}
  if (typeof name !== 'string' || typeof namespace !== 'string')
    return badRequest('names and namespaces of objects are texts')
  if (kind.namespaced && namespace === '') return badRequest(`an object of kind ${kind.kind} says its namespace`)
  if (!kind.namespaced && namespace !== '') return badRequest(`an object of kind ${kind.kind} is in no namespace`)
  if (name === '' && verb !== 'create') return badRequest('name is required')
  return E.right(refOf(kind, namespace, name))
}
