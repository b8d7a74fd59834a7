import type { Sequence } from '@periplus/log'
import type { ObjectEntry } from './object-entry.ts'
import type { KeyedIndex } from './keyed-index.ts'
import { LabelIndex } from './label-index.ts'
import { SlotList } from './slot-list.ts'
import { byName } from './slot.ts'
import type { Slot } from './slot.ts'

/**
 * Objects that are gone are remembered up to this number, the last of each namespace and resource: most names never come again.
 */
const mostTombstones = 1_000

/** The objects of one resource in one namespace, in name order. */
export class Collection {
  readonly all = new SlotList(byName)
  readonly #slots = new Map<string, Slot>()
  /** Last sequences of objects that are gone, the last to go at the end. */
  readonly #tombstones = new Map<string, Sequence>()
  /** Those that its resource has by now. */
  readonly #indexes: readonly KeyedIndex[]
  #labelled: LabelIndex | undefined = undefined

  constructor(indexes: readonly KeyedIndex[]) {
    this.#indexes = indexes
  }

  get size(): number {
    return this.#slots.size
  }

  find(name: string): Slot | undefined {
    return this.#slots.get(name)
  }

  lastSequence(name: string): Sequence {
    return this.#slots.get(name)?.entry?.sequence ?? this.#tombstones.get(name) ?? 0
  }

  slots(): Iterable<Slot> {
    return this.#slots.values()
  }

  /** Puts the entry on a slot of its own. */
  put(entry: ObjectEntry): Slot {
    const slot: Slot = { ref: entry.ref, entry }
    const { name } = entry.ref
    this.#slots.set(name, slot)
    if (this.#tombstones.size > 0) this.#tombstones.delete(name)
    this.all.add(slot)
    this.#index(slot, undefined)
    return slot
  }

  /** Puts the entry in the place of the one that is there. */
  replace(slot: Slot, entry: ObjectEntry): void {
    const before = slot.entry
    slot.entry = entry
    this.all.changed(slot)
    this.#index(slot, before)
  }

  /** The object is gone, whether it was here or not. */
  tombstone(slot: Slot | undefined, name: string, sequence: Sequence): void {
    this.#tombstones.delete(name)
    this.#tombstones.set(name, sequence)
    if (this.#tombstones.size > mostTombstones) this.#forgetFirst()
    if (!slot) return
    const before = slot.entry
    slot.entry = undefined
    this.#slots.delete(name)
    this.all.remove(slot)
    this.#index(slot, before)
  }

  #forgetFirst(): void {
    for (const name of this.#tombstones.keys()) return void this.#tombstones.delete(name)
  }

  /** By their labels; kept from the first call on. */
  labelled(): LabelIndex {
    return (this.#labelled ??= new LabelIndex(() => this.#slots.values()))
  }

  #index(slot: Slot, before: ObjectEntry | undefined): void {
    for (const index of this.#indexes) index.changed(slot, before)
    this.#labelled?.changed(slot, before)
  }
}
