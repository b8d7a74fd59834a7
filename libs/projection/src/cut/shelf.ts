import type { Sequence } from '@periplus/log'
import type { ObjectEntry } from './object-entry.ts'

/** Where one object stands; outlives its entries, so that an update needs no new place in the order. */
interface Slot {
  readonly name: string
  entry: ObjectEntry | undefined
}

const byName = (a: Slot, b: Slot): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

/**
 * The objects of one resource in one namespace, in name order. Additions and removals are merged into the order when
 * somebody looks, so that loading 100,000 objects sorts once and listing them twice sorts nothing.
 */
export class Shelf {
  readonly #slots = new Map<string, Slot>()
  /** Last sequences of objects that are gone. */
  readonly #tombstones = new Map<string, Sequence>()
  #ordered: Slot[] = []
  #added: Slot[] = []
  #removed = false
  #snapshot: readonly ObjectEntry[] | undefined = []

  get size(): number {
    return this.#slots.size
  }

  get(name: string): ObjectEntry | undefined {
    return this.#slots.get(name)?.entry
  }

  lastSequence(name: string): Sequence {
    return this.#slots.get(name)?.entry?.sequence ?? this.#tombstones.get(name) ?? 0
  }

  put(name: string, entry: ObjectEntry): void {
    this.#snapshot = undefined
    const slot = this.#slots.get(name)
    if (slot) {
      slot.entry = entry
      return
    }
    const fresh = { name, entry }
    this.#slots.set(name, fresh)
    this.#tombstones.delete(name)
    this.#added.push(fresh)
  }

  bury(name: string, sequence: Sequence): void {
    this.#tombstones.set(name, sequence)
    const slot = this.#slots.get(name)
    if (!slot) return
    slot.entry = undefined
    this.#slots.delete(name)
    this.#snapshot = undefined
    this.#removed = true
  }

  /** Last sequences of the objects that are gone, in no order. */
  tombstones(): IterableIterator<[string, Sequence]> {
    return this.#tombstones.entries()
  }

  /** In name order. A new array after every change, so that a reader may keep it. */
  entries(): readonly ObjectEntry[] {
    if (this.#snapshot) return this.#snapshot
    if (this.#removed) {
      this.#ordered = this.#ordered.filter(slot => slot.entry)
      this.#added = this.#added.filter(slot => slot.entry)
      this.#removed = false
    }
    if (this.#added.length > 0) {
      this.#ordered = merge(this.#ordered, this.#added.sort(byName))
      this.#added = []
    }
    const snapshot = new Array<ObjectEntry>(this.#ordered.length)
    this.#ordered.forEach((slot, i) => (snapshot[i] = slot.entry as ObjectEntry))
    this.#snapshot = snapshot
    return snapshot
  }
}

const merge = (left: Slot[], right: Slot[]): Slot[] => {
  const last = left.at(-1)
  if (!last) return right
  const first = right[0]
  if (first && byName(last, first) < 0) return left.concat(right)
  const merged: Slot[] = []
  let j = 0
  for (const slot of left) {
    for (let other = right[j]; other && byName(other, slot) < 0; other = right[++j]) merged.push(other)
    merged.push(slot)
  }
  for (; j < right.length; j++) merged.push(right[j] as Slot)
  return merged
}
