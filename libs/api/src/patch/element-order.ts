import { canonicalJson } from '../json/equal.ts'
import { isRecord } from '../json/json-value.ts'
import { noMergeKey } from './patch-fault.ts'

/** What makes two elements the same one: the merge key's value, or, in a list of scalars, the scalar. */
export type Identity = (element: unknown) => unknown

const comparable = (value: unknown): unknown =>
  typeof value === 'object' && value !== null ? canonicalJson(value) : value

/** Refuses elements that lack the merge key. */
export const identityBy = (mergeKey: string | undefined): Identity => {
  if (mergeKey === undefined) return comparable
  return element => {
    const value = isRecord(element) ? element[mergeKey] : undefined
    return value === undefined ? noMergeKey(element, mergeKey) : comparable(value)
  }
}

/** Where each identity stands first. */
export const positionsOf = (list: readonly unknown[], identity: Identity): ReadonlyMap<unknown, number> => {
  const positions = new Map<unknown, number>()
  list.forEach((element, position) => {
    const key = identity(element)
    if (!positions.has(key)) positions.set(key, position)
  })
  return positions
}

const sortBy = (
  elements: readonly unknown[],
  positions: ReadonlyMap<unknown, number>,
  identity: Identity,
): readonly unknown[] => {
  const place = (element: unknown): number => positions.get(identity(element)) ?? positions.size
  return elements.toSorted((a, b) => place(a) - place(b))
}

/**
 * The order of a merged list, as `kubectl apply` relies on it: the elements that the patch names keep the order of `order`, those
 * that only the server has keep the order of `server`, and the two are interleaved by where the server had them.
 */
export const mergedOrder = (
  merged: readonly unknown[],
  order: readonly unknown[],
  server: readonly unknown[],
  identity: Identity,
): readonly unknown[] => {
  const inOrder = positionsOf(order, identity)
  const onServer = positionsOf(server, identity)
  const named = sortBy(
    merged.filter(element => inOrder.has(identity(element))),
    inOrder,
    identity,
  )
  const serverOnly = sortBy(
    merged.filter(element => !inOrder.has(identity(element))),
    onServer,
    identity,
  )
  const all: unknown[] = []
  let [left, right] = [0, 0]
  while (left < serverOnly.length && right < named.length) {
    const [mine, theirs] = [onServer.get(identity(serverOnly[left])), onServer.get(identity(named[right]))]
    const serverFirst = mine !== undefined && theirs !== undefined && mine < theirs
    all.push(serverFirst ? serverOnly[left++] : named[right++])
  }
  return [...all, ...serverOnly.slice(left), ...named.slice(right)]
}
