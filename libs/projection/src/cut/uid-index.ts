import type { ObjectEntry } from './object-entry.ts'
import type { Slot } from './slot.ts'

/** Slots by the uids of what stands in them; made when it is first asked and kept from then on. */
export class UidIndex {
  readonly #all: () => Iterable<Slot>
  #slots: Map<string, Slot> | undefined = undefined

  constructor(all: () => Iterable<Slot>) {
    this.#all = all
  }

  get(uid: string): ObjectEntry | undefined {
    if (!this.#slots) {
      this.#slots = new Map()
      for (const slot of this.#all()) if (slot.entry) this.#slots.set(slot.entry.uid, slot)
    }
    return this.#slots.get(uid)?.entry
  }

  /** The slot's entry was `before`, and is another or none now. */
  changed(slot: Slot, before: ObjectEntry | undefined): void {
    if (!this.#slots) return
    const after = slot.entry?.uid
    if (before && before.uid !== after && this.#slots.get(before.uid) === slot) this.#slots.delete(before.uid)
    if (after !== undefined && after !== before?.uid) this.#slots.set(after, slot)
  }
}
