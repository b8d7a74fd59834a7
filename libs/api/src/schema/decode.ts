import { E, asBuffer, atOnce } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import {
  hasWideObject,
  mostCustomValues,
  mostDefinitionValues,
  mostMembers,
  mostValues,
  tooManyMembers,
  tooManyValues,
  valuesIn,
  widthFault,
} from '../json/bounds.ts'
import { nestsDeeper } from '../json/depth.ts'
import { parseJsonInSteps } from '../json/parse-json.ts'
import type { ParsedJson } from '../json/parse-json.ts'
import { maxDepth } from '../json/scan-json.ts'
import type { Member } from '../json/scan-json.ts'
import type { KubernetesObject } from '../meta/object-meta.ts'
import type { Refusal } from '../refusal.ts'
import { groupVersion } from '../registry/group-version.ts'
import { badRequest, invalidObject } from '../status/refusals.ts'
import { goQuote } from '../status/go-quote.ts'
import { conform, goesOnWithoutRequired } from './conform.ts'
import { explain, misspelt } from './explain.ts'
import { predicateOf } from './predicate.ts'
import type { Schema } from './schema.ts'
import { isRecord } from '../json/json-value.ts'
import { goName, isCustomSchema, shapeOf } from './shape.ts'

/** What becomes of unknown and repeated fields: refused, dropped with warnings, or dropped (the `fieldValidation` parameter). */
export type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

/** What is decoded: a kind, or a body such as `DeleteOptions` that has no resource. */
export interface Decodable<A = unknown> {
  readonly group: string
  readonly version: string
  readonly kind: string
  /** Named in refusals. */
  readonly resource?: string
  readonly schema: Schema<A>
}

/** How strictly a body is read. */
export interface DecodeOptions {
  readonly fieldValidation: FieldValidation
  /** Every group's `apiVersion` is accepted, as for `DeleteOptions`, and none is filled in. */
  readonly anyVersion?: boolean
  /** Nothing but metadata and status is taken from the object, as by `/status`: what the rest lacks is no fault. */
  readonly onlyStatus?: boolean
}

/** An object that fits its schema. */
export interface Decoded<A> {
  readonly object: A
  /** `unknown field "spec.x"`; only with `Warn`. */
  readonly warnings: readonly string[]
}

/** Values that a body of the kind may have. */
export const mostValuesOf = ({ group, schema }: Pick<Decodable, 'group' | 'schema'>): number => {
  if (isCustomSchema(schema)) return mostCustomValues
  return group === 'apiextensions.k8s.io' ? mostDefinitionValues : mostValues
}

const cannotBe = (kind: Decodable, why: string): Refusal =>
  badRequest(`${kind.kind} in version ${goQuote(kind.version)} cannot be handled as a ${kind.kind}: ${why}`)

const summary = (text: string): string => {
  if (text === '') return '<empty>'
  const long = text.length > 30
  if (text.startsWith('{')) return long ? `${text.slice(0, 30)} ...` : text
  const hex = Buffer.from(text.slice(0, 30)).toString('hex')
  return long ? `${hex} ...` : hex
}

const unrecognised = (kind: Decodable, text: string, why: string): Refusal => {
  const shape = shapeOf(kind.schema)
  const type = shape.tag === 'struct' ? goName(shape).split('.').pop() : kind.kind
  return badRequest(
    `the object provided is unrecognized (must be of type ${type}): couldn't get version/kind; json parse error: ${why} (${summary(text)})`,
  )
}

const typeRefusal = (kind: Decodable, value: Record<string, unknown>, anyVersion: boolean): Refusal | undefined => {
  const expected = groupVersion(kind)
  const version = value.apiVersion ?? ''
  const name = value.kind ?? ''
  if (typeof version !== 'string' || typeof name !== 'string')
    return badRequest(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${typeof version === 'string' ? typeof name : typeof version} into Go struct field .${typeof version === 'string' ? 'kind' : 'apiVersion'} of type string`,
    )
  if (version !== '' && version !== expected && !anyVersion)
    return badRequest(`the API version in the data (${version}) does not match the expected API version (${expected})`)
  if (name !== '' && name !== kind.kind)
    return badRequest(
      `${name} in version ${goQuote(kind.version)} cannot be handled as a ${kind.kind}: no kind ${goQuote(name)} is registered for this endpoint, which takes ${goQuote(kind.kind)} of version ${goQuote(expected)}`,
    )
  return undefined
}

/** At most this many complaints are listed, as in Kubernetes. */
const maxComplaints = 100

const isRepeatOfKnown = (unknown: ReadonlySet<string>, path: string): boolean => {
  for (let end = path.length; end > 0; end = path.lastIndexOf('.', end - 1))
    if (unknown.has(path.slice(0, end))) return false
  return true
}

/** In the order of the text where that is known: repeated fields are complained of only where the field exists. */
const complaintsOf = (unknown: readonly string[], members: readonly Member[]): readonly string[] => {
  const said = unknown.map(path => ({ path, text: `unknown field ${goQuote(path)}` }))
  if (members.length === 0) return said.map(({ text }) => text).slice(0, maxComplaints)
  const missing = new Set(unknown)
  const first = new Map<string, number>()
  for (const { path, offset } of members) if (!first.has(path)) first.set(path, offset)
  const repeated = members
    .filter(member => member.repeated && isRepeatOfKnown(missing, member.path))
    .map(({ path, offset }) => ({ text: `duplicate field ${goQuote(path)}`, offset }))
  const all = [...said.map(({ path, text }) => ({ text, offset: first.get(path) ?? 0 })), ...repeated]
  return [...new Set(all.sort((a, b) => a.offset - b.offset).map(({ text }) => text))].slice(0, maxComplaints)
}

const nameOf = (value: unknown): string => {
  const metadata = isRecord(value) ? value.metadata : undefined
  return isRecord(metadata) && typeof metadata.name === 'string' ? metadata.name : ''
}

/** Of a value that comes from no text. */
const asValue: Omit<ParsedJson, 'value'> = { members: [], spellings: [] }

/**
 * A JSON value (a parsed body, or what a patch made of an object) as an object of the kind. Refused: `400` for a wrong
 * `apiVersion`, `kind` or type and, with `Strict`, for unknown fields; `422` for missing required fields. What is accepted is
 * canonical (`conform`), has `apiVersion` and `kind`, and fits the schema. Static defaults are not applied.
 */
export function* decodeValueInSteps<A>(
  kind: Decodable<A>,
  value: unknown,
  options: DecodeOptions,
  read: Omit<ParsedJson, 'value'> = asValue,
): Steps<Either<Refusal, Decoded<A>>> {
  const { members, spellings } = read
  if (!isRecord(value))
    return E.left(
      badRequest(
        `couldn't get version/kind; json parse error: json: cannot unmarshal ${Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
      ),
    )
  // Text was measured when it was read.
  if (read === asValue && nestsDeeper(value, maxDepth)) return E.left(cannotBe(kind, 'exceeded max depth'))
  yield
  const tooWide = read === asValue ? widthFault(value, mostValuesOf(kind)) : undefined
  if (tooWide) return E.left(tooWide)
  yield
  const mistyped = typeRefusal(kind, value, options.anyVersion ?? false)
  if (mistyped !== undefined) return E.left(mistyped)

  const conformed = conform(kind.schema, value)
  yield
  const misfit = predicateOf(kind.schema)(conformed.value) ? undefined : explain(kind.schema, conformed.value)
  if (misfit?.tag === 'WrongType') return E.left(cannotBe(kind, misfit.message))
  yield
  const spelled = misspelt(kind.schema, spellings)
  if (spelled !== undefined) return E.left(cannotBe(kind, spelled))
  const complaints = options.fieldValidation === 'Ignore' ? [] : complaintsOf(conformed.unknown, members)
  if (complaints.length > 0 && options.fieldValidation === 'Strict')
    return E.left(cannotBe(kind, `strict decoding error: ${complaints.join(', ')}`))
  if (misfit?.tag === 'Missing' && !options.onlyStatus && !goesOnWithoutRequired(kind.schema))
    return E.left(invalidObject({ ...kind, resource: kind.resource ?? '' }, nameOf(conformed.value), misfit.causes))
  const named = options.anyVersion ? {} : { apiVersion: groupVersion(kind), kind: kind.kind }
  return E.right({ object: { ...named, ...(conformed.value as A & KubernetesObject), ...named }, warnings: complaints })
}

/** The same at once. */
export const decodeValue = <A>(
  kind: Decodable<A>,
  value: unknown,
  options: DecodeOptions,
): Either<Refusal, Decoded<A>> => atOnce(decodeValueInSteps(kind, value, options))

/** As `decodeValue`, from the text of a request's body; `400` with Go's words for what isn't JSON, `413` for too many values. */
export const decodeJson = <A>(
  kind: Decodable<A>,
  body: string | Uint8Array,
  options: DecodeOptions,
): Either<Refusal, Decoded<A>> => atOnce(decodeJsonInSteps(kind, body, options))

/** The same in steps. */
export function* decodeJsonInSteps<A>(
  kind: Decodable<A>,
  body: string | Uint8Array,
  options: DecodeOptions,
): Steps<Either<Refusal, Decoded<A>>> {
  const bytes = typeof body === 'string' ? Buffer.from(body) : asBuffer(body)
  const most = mostValuesOf(kind)
  const values = valuesIn(bytes, most)
  if (values > most) return E.left(tooManyValues(most))
  if (values > mostMembers && hasWideObject(bytes)) return E.left(tooManyMembers)
  yield
  const text = typeof body === 'string' ? body : bytes.toString('utf8')
  const parsed = yield* parseJsonInSteps(text)
  if (E.isLeft(parsed)) return E.left(unrecognised(kind, text, parsed.left))
  yield
  return yield* decodeValueInSteps(kind, parsed.right.value, options, parsed.right)
}
