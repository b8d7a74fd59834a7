import { sharedTurn } from '@periplus/prelude'
import type { Entry } from '@periplus/projection'
import type { ObjectRef } from '@periplus/api'
import type { Selection } from './selection.ts'

export interface Page {
  readonly entries: readonly Entry[]
  /** Where the next page starts; absent on the last one. */
  readonly after?: Pick<ObjectRef, 'namespace' | 'name'>
  /** How many more there are; `undefined` where selectors make that unknown, as in Kubernetes. */
  readonly remaining?: number
}

const isAfter = ({ ref }: Entry, position: Pick<ObjectRef, 'namespace' | 'name'>): boolean =>
  ref.namespace > position.namespace || (ref.namespace === position.namespace && ref.name > position.name)

/** Index of the first entry behind `position`; `entries` are in namespace and name order. */
const startAfter = (entries: readonly Entry[], position: Pick<ObjectRef, 'namespace' | 'name'>): number => {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (isAfter(entries[middle] as Entry, position)) high = middle
    else low = middle + 1
  }
  return low
}

/** One page of a collection, looked for in turns: up to `limit` matching entries (0: all) behind `after`. */
export const pageOf = async (
  collection: readonly Entry[],
  selection: Selection,
  limit: number,
  after: Pick<ObjectRef, 'namespace' | 'name'> | undefined,
): Promise<Page> => {
  const start = after ? startAfter(collection, after) : 0
  if (selection.everything) {
    const end = limit === 0 ? collection.length : Math.min(collection.length, start + limit)
    const entries = start === 0 && end === collection.length ? collection : collection.slice(start, end)
    const last = entries.at(-1)
    return end < collection.length && last
      ? { entries, after: last.ref, remaining: collection.length - end }
      : { entries }
  }
  const entries: Entry[] = []
  for (let i = start; i < collection.length; i++) {
    const entry = collection[i] as Entry
    if (sharedTurn.isOver()) await sharedTurn.next()
    if (!selection.matches(entry)) continue
    const last = entries.at(-1)
    if (limit > 0 && entries.length === limit && last) return { entries, after: last.ref }
    entries.push(entry)
  }
  return { entries }
}
