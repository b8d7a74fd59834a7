import type { ObjectEntry } from './object-entry.ts'

/** Entries by something that they point at. */
export interface KeyedIndex {
  add(key: string, entry: ObjectEntry): void
  delete(key: string, entry: ObjectEntry): void
  /** By group, resource, namespace and name, so that decisions made on it can be made again. */
  get(key: string): readonly ObjectEntry[]
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const byRef = ({ ref: a }: ObjectEntry, { ref: b }: ObjectEntry): number =>
  order(a.group, b.group) || order(a.resource, b.resource) || order(a.namespace, b.namespace) || order(a.name, b.name)

const none: readonly ObjectEntry[] = []

interface Bin {
  readonly entries: Set<ObjectEntry>
  sorted: readonly ObjectEntry[] | undefined
}

export const keyedIndex = (): KeyedIndex => {
  const bins = new Map<string, Bin>()
  return {
    add: (key, entry) => {
      const bin = bins.get(key)
      if (!bin) return void bins.set(key, { entries: new Set([entry]), sorted: undefined })
      bin.entries.add(entry)
      bin.sorted = undefined
    },
    delete: (key, entry) => {
      const bin = bins.get(key)
      if (!bin?.entries.delete(entry)) return
      bin.sorted = undefined
      if (bin.entries.size === 0) bins.delete(key)
    },
    get: key => {
      const bin = bins.get(key)
      if (!bin) return none
      bin.sorted ??= [...bin.entries].sort(byRef)
      return bin.sorted
    },
  }
}
