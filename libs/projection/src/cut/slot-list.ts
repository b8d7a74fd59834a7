import type { ObjectEntry } from './object-entry.ts'
import { ObjectLists } from './object-lists.ts'
import type { Slot } from './slot.ts'

/** More changed slots than this part of a list are not looked up one by one. */
const manyChanged = 1 / 8

/** So many removed slots are kept until somebody looks, or as many as others; then they go, for perhaps nobody ever does. */
const fewRemoved = 64

/** So many slots of a list that nobody has looked at are kept in no more room than they need. */
const few = 8

const none: readonly never[] = []

/**
 * Slots in an order, listed as arrays of what is in them. Additions and removals are merged into the order when somebody
 * looks, so that loading 100,000 objects sorts once and listing them twice sorts nothing. Where objects only changed, the next
 * array is a copy of the one before with those replaced: a controller of 1,000 pods looks at their list after every few of
 * their events, and what has not changed is not touched for it.
 */
export class SlotList {
  readonly #compare: (a: Slot, b: Slot) => number
  #objects: ObjectLists | undefined = undefined
  #ordered: readonly Slot[] = none
  #added: Slot[] | undefined = undefined
  /** Slots among the ordered and added ones that are no longer wanted. */
  #removed: Set<Slot> | undefined = undefined
  #entries: readonly ObjectEntry[] | undefined = undefined
  /** Slots that have other entries than `#entries` has. */
  #changed: Set<Slot> | undefined = undefined

  constructor(compare: (a: Slot, b: Slot) => number) {
    this.#compare = compare
  }

  get size(): number {
    return this.#ordered.length + (this.#added?.length ?? 0) - (this.#removed?.size ?? 0)
  }

  /** Objects of this list's entries. */
  get objects(): ObjectLists {
    return (this.#objects ??= new ObjectLists())
  }

  /** A slot that isn't here. */
  add(slot: Slot): void {
    this.#forgetEntries()
    if (this.#removed?.delete(slot)) return
    // Most lists of an index stay this short: an array that grows by itself takes room for many more.
    if (this.#added && this.#added.length >= few) this.#added.push(slot)
    else this.#added = this.#added ? [...this.#added, slot] : [slot]
  }

  /** A slot that is here. */
  remove(slot: Slot): void {
    this.#forgetEntries()
    this.#removed = (this.#removed ?? new Set()).add(slot)
    if (this.#removed.size > Math.max(fewRemoved, this.size)) this.#dropRemoved()
  }

  /** A slot that is here has got another entry. */
  changed(slot: Slot): void {
    if (!this.#entries) return
    this.#changed = (this.#changed ?? new Set()).add(slot)
    if (this.#changed.size > this.#ordered.length * manyChanged) this.#forgetEntries()
  }

  /** In order. A new array after every change, so that a reader may keep it. */
  entries(): readonly ObjectEntry[] {
    if (!this.#entries) {
      this.#putInOrder()
      this.#entries = this.#ordered.map(entryIn)
    } else if (this.#changed && this.#changed.size > 0) {
      const entries = this.#entries.slice()
      for (const slot of this.#changed) entries[this.#positionOf(slot)] = entryIn(slot)
      this.#entries = entries
      this.#changed.clear()
    }
    return this.#entries
  }

  /** With the objects: they would hold what they were made of, and its memory, until somebody looks again. */
  #forgetEntries(): void {
    this.#entries = undefined
    this.#objects = undefined
    this.#changed = undefined
  }

  #putInOrder(): void {
    this.#dropRemoved()
    if (!this.#added) return
    this.#ordered = merge(this.#ordered, this.#added.sort(this.#compare), this.#compare)
    this.#added = undefined
  }

  #dropRemoved(): void {
    const removed = this.#removed
    if (!removed || removed.size === 0) return
    const stays = (slot: Slot): boolean => !removed.has(slot)
    this.#ordered = this.#ordered.filter(stays)
    this.#added = this.#added?.filter(stays)
    this.#removed = undefined
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

const merge = (
  left: readonly Slot[],
  right: readonly Slot[],
  compare: (a: Slot, b: Slot) => number,
): readonly Slot[] => {
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
