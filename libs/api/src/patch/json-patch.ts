import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { deepEqual } from '../json/equal.ts'
import { fromJson, toJson } from '../json/exact-json.ts'
import { isRecord } from '../json/json-value.ts'
import type { Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'
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

/** What lists may move over, in elements: putting a thousand things in front of a million takes its time. */
const maxShifted = 100_000_000

/** Why an operation doesn't apply; `undefined` where it did. */
type Fault = string | undefined

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
      const source = document.read(from)
      return unless(source !== undefined && document.remove(from) && document.insert(keys, source.value))
    }
    case 'copy': {
      const source = document.read(from)
      // Two places with one value would be edited as one.
      return unless(source !== undefined && document.insert(keys, fromJson(toJson(source.value))))
    }
    default: {
      const found = document.read(keys)
      const equal = found === undefined ? value === null : deepEqual(found.value, value)
      return equal ? undefined : `testing value ${path} failed: test failed`
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
  if ((op === 'add' || op === 'replace') && raw.value === undefined) return E.left(`${op} operation has no value`)
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

const sizeOf = (value: unknown): number => (value === undefined ? 0 : toJson(value).length)

/**
 * A JSON patch (RFC 6902) applied whole or not at all; the document is not changed. `400` for what isn't a patch, `413` for more
 * than 10,000 operations, `422` for one that doesn't apply to this document.
 */
export const applyJsonPatch = (document: unknown, patch: unknown): Either<Refusal, unknown> => {
  if (!Array.isArray(patch))
    return E.left(badRequest('error decoding patch: json: cannot unmarshal into Go value of type jsonpatch.Patch'))
  if (patch.length > maxOperations)
    return E.left(
      tooLarge(0, `The allowed maximum operations in a JSON patch is ${maxOperations}, got ${patch.length}`),
    )
  const patched = new EditedDocument(document)
  let copied = 0
  for (const raw of patch) {
    const operation = readOperation(raw)
    if (E.isLeft(operation)) return E.left(badRequest(`error decoding patch: ${operation.left}`))
    if (operation.right.op === 'copy') copied += sizeOf(patched.read(operation.right.from)?.value)
    if (copied > maxCopied)
      return E.left(
        tooLarge(maxCopied, `the accumulated size increase of copy is ${copied}, exceeding the limit ${maxCopied}`),
      )
    const fault = apply(patched, operation.right)
    if (fault !== undefined) return E.left({ tag: 'Unprocessable', message: fault })
    if (patched.elementsShifted > maxShifted)
      return E.left(tooLarge(0, `the patch moves more than ${maxShifted} elements of lists`))
  }
  return E.right(patched.value)
}
