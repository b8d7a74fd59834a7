import { readFileSync } from 'node:fs'

interface Snapshot {
  readonly snapshot: {
    readonly meta: { readonly node_fields: readonly string[]; readonly node_types: readonly [readonly string[]] }
  }
  readonly nodes: readonly number[]
  readonly strings: readonly string[]
}

interface Held {
  readonly count: number
  readonly bytes: number
}

/** What a snapshot of a heap holds, by constructors; what has none, by its kind. */
export const heldIn = (path: string): ReadonlyMap<string, Held> => {
  const { snapshot, nodes, strings } = JSON.parse(readFileSync(path, 'utf8')) as Snapshot
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, name, size] = ['type', 'name', 'self_size'].map(field => fields.indexOf(field)) as [
    number,
    number,
    number,
  ]
  const held = new Map<string, Held>()
  for (let at = 0; at < nodes.length; at += fields.length) {
    const kind = types[0][nodes[at + type] ?? 0] ?? ''
    const named = kind === 'object' || kind === 'closure' || kind === 'hidden' || kind === 'code'
    const key = named ? `${kind} ${(strings[nodes[at + name] ?? 0] ?? '').slice(0, 80)}` : kind
    const { count, bytes } = held.get(key) ?? { count: 0, bytes: 0 }
    held.set(key, { count: count + 1, bytes: bytes + (nodes[at + size] ?? 0) })
  }
  return held
}

const most = 20

/** What a later heap holds more of, the most bytes first, in lines. */
export const grownBetween = (earlier: string, later: string): readonly string[] => {
  const before = heldIn(earlier)
  return [...heldIn(later)]
    .map(([name, { count, bytes }]) => {
      const { count: had = 0, bytes: had_ = 0 } = before.get(name) ?? {}
      return { name, count: count - had, bytes: bytes - had_ }
    })
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, most)
    .map(({ name, count, bytes }) => `${(bytes / 1024).toFixed(0)} KiB, ${count} more: ${name}`)
}
