import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { isRecord, put } from '../json/json-value.ts'
import type { Refusal } from '../refusal.ts'
import type { Schema } from '../schema/schema.ts'
import { deleteFromPrimitiveList, directive, plainContent, retainKeys, setElementOrder } from './directives.ts'
import { identityBy, mergedOrder } from './element-order.ts'
import { mergeLists, withoutElements } from './merge-lists.ts'
import { badPatchType, goValue, malformed, PatchFault } from './patch-fault.ts'
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

const mergeListAt = (original: readonly unknown[], patch: readonly unknown[], place: PatchPlace): readonly unknown[] =>
  place.merges
    ? mergeLists(original, patch, place.mergeKey, elementSchema(place.schema), mergeMembers)
    : (plainContent(patch) as readonly unknown[])

/** The patch may hold only elements that the order names, in that order, as often as it does; deletions aside. */
const checkOrder = (patch: readonly unknown[], order: readonly unknown[], place: PatchPlace, key: string): void => {
  if (order.length === 0) return
  const identity = identityBy(place.mergeKey)
  const named = order.map(identity)
  let next = 0
  for (const element of patch) {
    if (isRecord(element) && element[directive] !== undefined) continue
    const position = named.indexOf(identity(element), next)
    if (position < 0)
      malformed(`The order in patch list:\n${goValue(patch)}\n doesn't match ${key} list:\n${goValue(order)}\n`)
    next = position + 1
  }
}

/** `$setElementOrder/<field>` together with the field's own patch, if there is one: the list as it is to be. */
const orderedList = (merged: Members, patch: Members, key: string, schema: Schema<unknown> | undefined): void => {
  const order = listOrRefuse(patch[key], 'setElementOrder list')
  const name = key.slice(setElementOrder.length)
  const place = placeOf(schema, name)
  const [before, change] = [merged[name], patch[name]]
  if (before === undefined && change === undefined) return
  if (change === null) {
    Reflect.deleteProperty(merged, name)
    return
  }
  const server = before === undefined ? [] : listOrRefuse(before, 'setElementOrder list')
  const patched = change === undefined ? [] : listOrRefuse(change, 'setElementOrder list')
  checkOrder(patched, order, place, key)
  let list: readonly unknown[]
  if (change === undefined) list = server
  else if (before === undefined) list = plainContent(patched) as readonly unknown[]
  else list = mergeListAt(server, patched, place)
  put(merged, name, mergedOrder(list, order, server, identityBy(place.mergeKey)))
}

const mergeMember = (merged: Members, key: string, change: unknown, schema: Schema<unknown> | undefined): void => {
  if (change === null) {
    Reflect.deleteProperty(merged, key)
    return
  }
  const place = placeOf(schema, key)
  const before = Object.hasOwn(merged, key) ? merged[key] : undefined
  if (isRecord(before) && isRecord(change))
    put(merged, key, place.replaces ? plainContent(change) : mergeMembers(before, change, place.schema))
  else if (Array.isArray(before) && Array.isArray(change)) put(merged, key, mergeListAt(before, change, place))
  else put(merged, key, plainContent(change))
}

const mergeMembers = (original: Members, patch: unknown, schema: Schema<unknown> | undefined): unknown => {
  if (!isRecord(patch)) return patch
  if (Object.hasOwn(patch, directive)) {
    const { [directive]: type, ...rest } = patch
    if (type === 'replace') return plainContent(rest)
    if (type === 'delete') return {}
    if (type !== 'merge') return badPatchType(type, patch)
    return mergeMembers(original, rest, schema)
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
    if (key.startsWith(deleteFromPrimitiveList)) {
      const name = key.slice(deleteFromPrimitiveList.length)
      const removed = listOrRefuse(patch[key], 'primitive list')
      const before = merged[name]
      if (Array.isArray(before)) put(merged, name, withoutElements(before, removed))
    } else mergeMember(merged, key, patch[key], schema)
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
