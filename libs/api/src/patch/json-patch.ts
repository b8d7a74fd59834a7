import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { deepEqual } from '../json/equal.ts'
import { toJson } from '../json/exact-json.ts'
import { isRecord, put } from '../json/json-value.ts'
import type { Refusal } from '../refusal.ts'
import { badRequest } from '../status/refusals.ts'
import { parsePointer } from './json-pointer.ts'

type Keys = readonly string[]
type Step = Either<string, unknown>

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

const missing = (op: string, path: string): Step =>
  E.left(`${op} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`)

/** The position that a pointer's part names in a list of `length`, as evanphx/json-patch reads it: negative ones count from the end. */
const position = (key: string, length: number, adding: boolean): number | undefined => {
  if (adding && key === '-') return length
  if (!/^-?(?:0|[1-9][0-9]*)$/.test(key)) return undefined
  const given = Number(key)
  const at = given < 0 ? given + length + (adding ? 1 : 0) : given
  return at >= 0 && at < length + (adding ? 1 : 0) ? at : undefined
}

const read = (document: unknown, keys: Keys): { readonly value: unknown } | undefined => {
  let value = document
  for (const key of keys) {
    if (Array.isArray(value)) {
      const at = position(key, value.length, false)
      if (at === undefined) return undefined
      value = value[at]
    } else if (isRecord(value) && Object.hasOwn(value, key)) value = value[key]
    else return undefined
  }
  return { value }
}

/** What becomes of the container that holds the last key; `undefined` where it can't be. */
type Edit = (container: unknown, key: string) => unknown

/** A copy of the document in which the container of the last key is edited; nothing else is copied. */
const edit = (document: unknown, keys: Keys, change: Edit): unknown => {
  const [key = '', ...rest] = keys
  if (rest.length === 0) return change(document, key)
  const inner = read(document, [key])
  if (inner === undefined) return undefined
  const changed = edit(inner.value, rest, change)
  return changed === undefined ? undefined : replaceIn(document, key, changed)
}

const replaceIn = (container: unknown, key: string, value: unknown): unknown => {
  if (Array.isArray(container)) {
    const at = position(key, container.length, false)
    return at === undefined ? undefined : container.with(at, value)
  }
  if (!isRecord(container) || !Object.hasOwn(container, key)) return undefined
  return withMember(container, key, value)
}

const withMember = (container: Record<string, unknown>, key: string, value: unknown): unknown => {
  const copy = { ...container }
  put(copy, key, value)
  return copy
}

const insert =
  (value: unknown): Edit =>
  (container, key) => {
    if (Array.isArray(container)) {
      const at = position(key, container.length, true)
      return at === undefined ? undefined : container.toSpliced(at, 0, value)
    }
    return isRecord(container) ? withMember(container, key, value) : undefined
  }

const removeKey: Edit = (container, key) => {
  if (Array.isArray(container)) {
    const at = position(key, container.length, false)
    return at === undefined ? undefined : container.toSpliced(at, 1)
  }
  if (!isRecord(container) || !Object.hasOwn(container, key)) return undefined
  const { [key]: _, ...rest } = container
  return rest
}

const changed = (op: string, path: string, document: unknown): Step =>
  document === undefined ? missing(op, path) : E.right(document)

const add = (op: string, document: unknown, path: string, keys: Keys, value: unknown): Step =>
  keys.length === 0 ? E.right(value) : changed(op, path, edit(document, keys, insert(value)))

const apply = (document: unknown, { op, path, keys, from, value }: Operation): Step => {
  switch (op) {
    case 'add':
      return add(op, document, path, keys, value)
    case 'remove':
      return changed(op, path, keys.length === 0 ? undefined : edit(document, keys, removeKey))
    case 'replace':
      if (keys.length === 0) return E.right(value)
      return changed(
        op,
        path,
        edit(document, keys, (container, key) => replaceIn(container, key, value)),
      )
    case 'move':
    case 'copy': {
      const source = read(document, from)
      if (source === undefined || (op === 'move' && from.length === 0)) return missing(op, path)
      const rest = op === 'move' ? edit(document, from, removeKey) : document
      return add(op, rest, path, keys, source.value)
    }
    default: {
      const found = read(document, keys)
      const equal = found === undefined ? value === null : deepEqual(found.value, value)
      return equal ? E.right(document) : E.left(`testing value ${path} failed: test failed`)
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
  let patched = document
  let copied = 0
  for (const raw of patch) {
    const operation = readOperation(raw)
    if (E.isLeft(operation)) return E.left(badRequest(`error decoding patch: ${operation.left}`))
    if (operation.right.op === 'copy') copied += sizeOf(read(patched, operation.right.from)?.value)
    if (copied > maxCopied)
      return E.left(
        tooLarge(maxCopied, `the accumulated size increase of copy is ${copied}, exceeding the limit ${maxCopied}`),
      )
    const step = apply(patched, operation.right)
    if (E.isLeft(step)) return E.left({ tag: 'Unprocessable', message: step.left })
    patched = step.right
  }
  return E.right(patched)
}
