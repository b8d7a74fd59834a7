import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isRecord, put } from '../json/json-value.ts'
import type { Refusal } from '../refusal.ts'
import type { Schema } from '../schema/schema.ts'
import { deleteFromPrimitiveList, directive, plainContent, retainKeys, setElementOrder } from './directives.ts'
import { identityBy, mergedOrder } from './element-order.ts'
import { isListOfMaps, mergeLists } from './merge-lists.ts'
import { badPatchType, goValue, malformed, noMergeKey, PatchFault, unprocessable } from './patch-fault.ts'
import { elementSchema, placeOf } from './patch-schema.ts'
import type { PatchPlace } from './patch-schema.ts'

type Members = Record<string, unknown>

const listOrRefuse = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value) ? value : malformed(`invalid patch format of ${what}`)

/** `$retainKeys`: of the original, only the named keys stay; a patch that sets others contradicts itself. */
const retained = (original: Members, patch: Members): Members => {
  if (!Object.hasOwn(patch, retainKeys)) return original
  const keys = new Set(listOrRefuse(patch[retainKeys], 'retainKeys'))
  for (const key of Object.keys(patch))
    if (patch[key] !== null && !key.startsWith('$') && !keys.has(key)) malformed('invalid patch format of retainKeys')
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.has(key)))
}

const mergeListAt = (
  original: readonly unknown[],
  patch: readonly unknown[],
  { schema, merges, mergeKey }: PatchPlace,
  removes = false,
): readonly unknown[] => {
  if (!merges && !removes) return patch
  const of = elementSchema(schema)
  return mergeLists(original, patch, {
    mergeKey,
    removes,
    mergeElement: (before, element) => mergeMembers(before, element, of),
  })
}

/** The patch may hold only elements that the order names, in that order, as often as it does; deletions aside. */
const checkOrder = (patch: readonly unknown[], order: readonly unknown[], place: PatchPlace, key: string): void => {
  if (order.length === 0 || patch.length === 0) return
  const identity = identityBy(place.mergeKey)
  const named = order.map(identity)
  let next = 0
  for (const element of patch) {
    const type = isRecord(element) ? element[directive] : undefined
    if (type === 'delete' && place.mergeKey !== undefined) continue
    const position = type === undefined ? named.indexOf(identity(element), next) : next
    if (position < 0 || position === named.length)
      malformed(`The order in patch list:\n${goValue(patch)}\n doesn't match ${key} list:\n${goValue(order)}\n`)
    if (type === undefined) next = position + 1
  }
}

/** `$setElementOrder/<field>` together with the field's own patch, if there is one: the list as it is to be. */
const orderedList = (merged: Members, patch: Members, key: string, schema: Schema<unknown> | undefined): void => {
  const order = listOrRefuse(patch[key], 'setElementOrder list')
  const name = key.slice(setElementOrder.length)
  const place = placeOf(schema, name)
  const [before, change] = [merged[name], patch[name]]
  if (before === undefined && change === undefined) return
  const server = before === undefined ? [] : listOrRefuse(before, 'setElementOrder list')
  const patched = change === undefined ? [] : listOrRefuse(change, 'setElementOrder list')
  checkOrder(patched, order, place, key)
  if (server.length === 0 && patched.length === 0) unprocessable('no elements in any of the given slices')
  if (isListOfMaps(server, patched) && place.mergeKey === undefined) noMergeKey(server[0] ?? patched[0], '')
  let list: readonly unknown[]
  if (change === undefined) list = server
  else if (before === undefined) list = plainContent(patched) as readonly unknown[]
  else list = mergeListAt(server, patched, place)
  put(merged, name, mergedOrder(list, order, server, identityBy(place.mergeKey)))
}

const mergeMember = (merged: Members, key: string, change: unknown, schema: Schema<unknown> | undefined): void => {
  const place = placeOf(schema, key)
  const before = Object.hasOwn(merged, key) ? merged[key] : undefined
  const value = (): unknown => {
    if (change === null) return undefined
    if (isRecord(before) && isRecord(change))
      return place.replaces ? change : mergeMembers(before, change, place.schema)
    if (Array.isArray(before) && Array.isArray(change)) return mergeListAt(before, change, place)
    return plainContent(change)
  }
  const after = value()
  if (after === undefined) Reflect.deleteProperty(merged, key)
  else put(merged, key, after)
}

/** `$deleteFromPrimitiveList/<field>`, which merges what it names of lists that hold more than scalars. */
const shortenList = (merged: Members, patch: Members, key: string, schema: Schema<unknown> | undefined): void => {
  const name = key.slice(deleteFromPrimitiveList.length)
  const [before, removed] = [merged[name], patch[key]]
  if (removed === null) Reflect.deleteProperty(merged, name)
  else if (Array.isArray(before) && Array.isArray(removed))
    put(merged, name, mergeListAt(before, removed, placeOf(schema, name), true))
}

const mergeMembers = (original: Members, patch: unknown, schema: Schema<unknown> | undefined): unknown => {
  if (!isRecord(patch)) return patch
  if (Object.hasOwn(patch, directive)) {
    const { [directive]: type, ...rest } = patch
    if (type === 'replace') return rest
    return type === 'delete' ? {} : badPatchType(type, patch)
  }
  const merged = { ...retained(original, patch) }
  const done = new Set<string>([retainKeys])
  for (const key of Object.keys(patch))
    if (key.startsWith(setElementOrder)) {
      orderedList(merged, patch, key, schema)
      done.add(key).add(key.slice(setElementOrder.length))
    }
  for (const key of Object.keys(patch)) {
    if (done.has(key)) continue
    if (key.startsWith(deleteFromPrimitiveList)) shortenList(merged, patch, key, schema)
    else mergeMember(merged, key, patch[key], schema)
  }
  return merged
}

/**
 * A strategic merge patch, as `kubectl apply`, `edit` and `set` send them: lists merge by the schema's merge keys, with
 * `$patch`, `$retainKeys`, `$setElementOrder/...` and `$deleteFromPrimitiveList/...`. The document is not changed. `400` for a
 * patch that contradicts itself, `422` for one that can't be applied, such as an element without its merge key.
 */
export const applyStrategicPatch = (
  schema: Schema<unknown>,
  document: unknown,
  patch: unknown,
): Either<Refusal, unknown> => {
  try {
    if (!isRecord(patch)) return malformed('invalid patch: a strategic merge patch is an object')
    return E.right(mergeMembers(isRecord(document) ? document : {}, patch, schema))
  } catch (fault) {
    if (fault instanceof PatchFault) return E.left(fault.refusal)
    throw fault
  }
}
