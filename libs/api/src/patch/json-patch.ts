import { E } from '@periplus/prelude'
import type { Either, Turn } from '@periplus/prelude'
import { mostCustomValues } from '../json/bounds.ts'
import { deepEqual } from '../json/equal.ts'
import { isRecord } from '../json/json-value.ts'
import type { Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'
import { copyOf } from './copied-value.ts'
import type { Copied } from './copied-value.ts'
import { EditedDocument } from './edited-document.ts'
import { parsePointer } from './json-pointer.ts'

type Keys = readonly string[]

interface Operation {
  readonly op: string
  readonly path: string
  readonly keys: Keys
  readonly from: Keys
  readonly value: unknown
}

const maxOperations = 10_000
/** What `copy` operations may add up to, in characters of JSON: copies of copies grow exponentially. */
const maxCopied = 3 * 1024 * 1024

/** Values that `copy` operations may make: no object has more. */
const maxCopiedValues = mostCustomValues

/** What lists may move over, in elements: putting a thousand things in front of a million takes its time. */
const maxShifted = 100_000_000

/** Why an operation doesn't apply; `undefined` where it did. */
type Fault = string | undefined

const testFailed = 'test failed'

/** Whether a patch was not applied because a test in it does not hold, rather than for a fault. */
export const isFailedTest = (refusal: Refusal): boolean =>
  refusal.tag === 'Unprocessable' && refusal.message.endsWith(`: ${testFailed}`)

const missing = (op: string, path: string): Fault =>
  `${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`

const apply = (document: EditedDocument, { op, path, keys, from, value }: Operation): Fault => {
  const unless = (done: boolean): Fault => (done ? undefined : missing(op, path))
  switch (op) {
    case 'add':
      return unless(document.insert(keys, value))
    case 'remove':
      return unless(document.remove(keys))
    case 'replace':
      return unless(document.replace(keys, value))
    case 'move': {
      const source = from.length > 0 ? document.read(from) : undefined
      return unless(source !== undefined && document.remove(from) && document.insert(keys, source.value))
    }
    case 'copy':
      return unless(value !== undefined && document.insert(keys, value))
    default: {
      const found = document.read(keys)
      return found && deepEqual(found.value, value) ? undefined : `testing value ${path} failed: ${testFailed}`
    }
  }
}

const known = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test'])

const readOperation = (raw: unknown): Either<string, Operation> => {
  if (!isRecord(raw)) return E.left('json patch operation is not an object')
  const { op, path, from } = raw
  if (typeof op !== 'string' || !known.has(op)) return E.left(`Unexpected kind: ${String(op)}`)
  if (typeof path !== 'string') return E.left(`${op} operation has no path`)
  if ((op === 'move' || op === 'copy') && typeof from !== 'string') return E.left(`${op} operation has no from`)
  const keys = parsePointer(path)
  if (E.isLeft(keys)) return keys
  const source = parsePointer(typeof from === 'string' ? from : '')
  if (E.isLeft(source)) return source
  return E.right({ op, path, keys: keys.right, from: source.right, value: raw.value ?? null })
}

const tooLarge = (limitBytes: number, why: string): Refusal => ({
  tag: 'RequestEntityTooLarge',
  limitBytes,
  message: `Request entity is too large: ${why}`,
})

/** What all copies add up to. */
interface Copies {
  characters: number
  values: number
}

/** Two places with one value would be edited as one. What is too much is not copied. */
const copyFor = (document: EditedDocument, from: Keys, copies: Copies): Either<Refusal, Copied | undefined> => {
  const source = from.length > 0 ? document.read(from) : undefined
  if (!source) return E.right(undefined)
  const copied = copyOf(source.value, maxCopiedValues - copies.values)
  if (!copied) return E.left(tooLarge(0, `the copies have more than ${maxCopiedValues} values`))
  copies.characters += copied.characters
  copies.values += copied.values
  if (copies.characters > maxCopied)
    return E.left(
      tooLarge(
        maxCopied,
        `the accumulated size increase of copy is ${copies.characters}, exceeding the limit ${maxCopied}`,
      ),
    )
  return E.right(copied)
}

/** Applies one operation after the other, and says so after each. */
function* applying(document: unknown, patch: unknown): Generator<undefined, Either<Refusal, unknown>> {
  if (!Array.isArray(patch))
    return E.left(badRequest('error decoding patch: json: cannot unmarshal into Go value of type jsonpatch.Patch'))
  if (patch.length > maxOperations)
    return E.left(
      tooLarge(0, `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`),
    )
  const patched = new EditedDocument(document)
  const copies: Copies = { characters: 0, values: 0 }
  for (const raw of patch) {
    const read = readOperation(raw)
    if (E.isLeft(read)) return E.left(badRequest(`error decoding patch: ${read.left}`))
    let operation = read.right
    if (operation.op === 'copy') {
      const copied = copyFor(patched, operation.from, copies)
      if (E.isLeft(copied)) return copied
      operation = { ...operation, value: copied.right?.value }
    }
    const fault = apply(patched, operation)
    if (fault !== undefined) return E.left({ tag: 'Unprocessable', message: fault })
    if (patched.elementsShifted > maxShifted)
      return E.left(tooLarge(0, `the patch moves more than ${maxShifted} elements of lists`))
    yield
  }
  return E.right(patched.value)
}

/**
 * A JSON patch (RFC 6902) applied whole or not at all; the document is not changed. `400` for what isn't a patch, `413` for more
 * than 10,000 operations or copies that are too much together, `422` for one that doesn't apply to this document.
 */
export const applyJsonPatch = (document: unknown, patch: unknown): Either<Refusal, unknown> => {
  const steps = applying(document, patch)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** The same in turns: others have theirs between two operations. */
export const applyJsonPatchInTurns = async (
  document: unknown,
  patch: unknown,
  turn: Turn,
): Promise<Either<Refusal, unknown>> => {
  const steps = applying(document, patch)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    if (turn.isOver()) await turn.next()
  }
}
