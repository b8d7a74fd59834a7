import type { ObjectEntry } from './object-entry.ts'
import { SlotList } from './slot-list.ts'
import { byRef } from './slot.ts'
import type { Slot } from './slot.ts'

/**
 * Slots by something that their entries point at. It is made when it is first asked and kept from then on, because most folds
 * (a look at the past, say) ask for none, and what an entry points at must be read out of its JSON.
 */
export class KeyedIndex {
  readonly #keysOf: (entry: ObjectEntry) => readonly string[]
  readonly #all: () => Iterable<Slot>
  #lists: Map<string, SlotList> | undefined = undefined

  /** `keysOf` gives each key once. */
  constructor(keysOf: (entry: ObjectEntry) => readonly string[], all: () => Iterable<Slot>) {
    this.#keysOf = keysOf
    this.#all = all
  }

  /** The slots whose entries point at `key`, in the order of their references. */
  get(key: string): SlotList | undefined {
    this.#lists ??= this.#made()
    return this.#lists.get(key)
  }

  /** The slot's entry was `before`, and is another or none now. */
  changed(slot: Slot, before: ObjectEntry | undefined): void {
    const lists = this.#lists
    if (!lists) return
    const was = before ? this.#keysOf(before) : noKeys
    const is = slot.entry ? this.#keysOf(slot.entry) : noKeys
    for (const key of was) {
      const list = lists.get(key)
      if (is.includes(key)) list?.changed(slot)
      else {
        list?.remove(slot)
        if (list?.size === 0) lists.delete(key)
      }
    }
    for (const key of is) if (!was.includes(key)) add(lists, key, slot)
  }

  #made(): Map<string, SlotList> {
    const lists = new Map<string, SlotList>()
    for (const slot of this.#all()) if (slot.entry) for (const key of this.#keysOf(slot.entry)) add(lists, key, slot)
    return lists
  }
}

const noKeys: readonly string[] = []

const add = (lists: Map<string, SlotList>, key: string, slot: Slot): void => {
  let list = lists.get(key)
  if (!list) lists.set(key, (list = new SlotList(byRef)))
  list.add(slot)
}
