import type { ObjectEntry } from './object-entry.ts'
import { ObjectLists } from './object-lists.ts'
import type { Slot } from './slot.ts'

/** More changed slots than this part of a list are not looked up one by one. */
const manyChanged = 1 / 8

/** So many removed slots are kept until somebody looks, or as many as others; then they go, for perhaps nobody ever does. */
const fewRemoved = 64

/**
 * Slots in an order, listed as arrays of what is in them. Additions and removals are merged into the order when somebody
 * looks, so that loading 100,000 objects sorts once and listing them twice sorts nothing. Where objects only changed, the next
 * array is a copy of the one before with those replaced: a controller of 1,000 pods looks at their list after every few of
 * their events, and what has not changed is not touched for it.
 */
export class SlotList {
  /** Objects of this list's entries. */
  readonly objects = new ObjectLists()
  readonly #compare: (a: Slot, b: Slot) => number
  #ordered: Slot[] = []
  #added: Slot[] = []
  /** Slots among the ordered and added ones that are no longer wanted. */
  readonly #removed = new Set<Slot>()
  #entries: readonly ObjectEntry[] | undefined = undefined
  /** Slots that have other entries than `#entries` has. */
  readonly #changed = new Set<Slot>()

  constructor(compare: (a: Slot, b: Slot) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#ordered.length + this.#added.length - this.#removed.size
  }

  /** A slot that isn't here. */
  add(slot: Slot): void {
    this.#forgetEntries()
    if (!this.#removed.delete(slot)) this.#added.push(slot)
  }

  /** A slot that is here. */
  remove(slot: Slot): void {
    this.#forgetEntries()
    this.#removed.add(slot)
    if (this.#removed.size > Math.max(fewRemoved, this.size)) this.#dropRemoved()
  }

  /** A slot that is here has got another entry. */
  changed(slot: Slot): void {
    if (!this.#entries) return
    this.#changed.add(slot)
    if (this.#changed.size > this.#ordered.length * manyChanged) this.#forgetEntries()
  }

  /** In order. A new array after every change, so that a reader may keep it. */
  entries(): readonly ObjectEntry[] {
    if (!this.#entries) {
      this.#putInOrder()
      this.#entries = this.#ordered.map(entryIn)
    } else if (this.#changed.size > 0) {
      const entries = this.#entries.slice()
      for (const slot of this.#changed) entries[this.#positionOf(slot)] = entryIn(slot)
      this.#entries = entries
      this.#changed.clear()
    }
    return this.#entries
  }

  #forgetEntries(): void {
    this.#entries = undefined
    this.#changed.clear()
  }

  #putInOrder(): void {
    if (this.#removed.size > 0) this.#dropRemoved()
    if (this.#added.length === 0) return
    this.#ordered = merge(this.#ordered, this.#added.sort(this.#compare), this.#compare)
    this.#added = []
  }

  #dropRemoved(): void {
    const stays = (slot: Slot): boolean => !this.#removed.has(slot)
    this.#ordered = this.#ordered.filter(stays)
    this.#added = this.#added.filter(stays)
    this.#removed.clear()
  }

  #positionOf(slot: Slot): number {
    let low = 0
    let high = this.#ordered.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compare(this.#ordered[middle] as Slot, slot) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Slots in lists have entries. */
const entryIn = (slot: Slot): ObjectEntry => slot.entry as ObjectEntry

const merge = (left: Slot[], right: Slot[], compare: (a: Slot, b: Slot) => number): Slot[] => {
  const last = left.at(-1)
  if (!last) return right
  const first = right[0]
  if (first && compare(last, first) < 0) return left.concat(right)
  const merged: Slot[] = []
  let j = 0
  for (const slot of left) {
    for (let other = right[j]; other && compare(other, slot) < 0; other = right[++j]) merged.push(other)
    merged.push(slot)
  }
  for (; j < right.length; j++) merged.push(right[j] as Slot)
  return merged
}
