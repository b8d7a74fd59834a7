import { Journal } from '@periplus/prelude'
import type { Index, IndexMark, KeyChanges } from '../indexes.ts'
import type { ObjectEntry } from './object-entry.ts'
import { SlotList } from './slot-list.ts'
import { byRef } from './slot.ts'
import type { Slot } from './slot.ts'

/** An index as a cut keeps it: slots by what their entries are found by. */
export class KeyedIndex {
  readonly #keysOf: Index['keysOf']
  readonly #lists = new Map<string, SlotList>()
  /** The keys of changes. */
  #journal: Journal<string> | undefined = undefined

  constructor({ keysOf }: Pick<Index, 'keysOf'>, slots: Iterable<Slot>) {
    this.#keysOf = keysOf
    for (const slot of slots) if (slot.entry) for (const key of keysOf(slot.entry)) this.#add(key, slot)
  }

  /** The slots that are found by `key`, in the order of their references. */
  get(key: string): SlotList | undefined {
    return this.#lists.get(key)
  }

  /** The keys of lists that have changed since a mark; they are noted from the first question on. */
  changedSince(mark: IndexMark | undefined): KeyChanges {
    const journal = (this.#journal ??= new Journal(keptChanges))
    const keys = mark?.journal === journal ? journal.between(mark.at) : undefined
    return { mark: { journal, at: journal.length }, keys: keys && new Set(keys) }
  }

  /** The slot's entry was `before`, and is another or none now. */
  changed(slot: Slot, before: ObjectEntry | undefined): void {
    const was = before ? this.#keysOf(before) : noKeys
    const is = slot.entry ? this.#keysOf(slot.entry) : noKeys
    if (this.#journal) for (const key of [...was, ...is]) this.#journal.note(key)
    for (const key of was) {
      const list = this.#lists.get(key)
      if (is.includes(key)) list?.changed(slot)
      else {
        list?.remove(slot)
        if (list?.size === 0) this.#lists.delete(key)
      }
    }
    for (const key of is) if (!was.includes(key)) this.#add(key, slot)
  }

  #add(key: string, slot: Slot): void {
    let list = this.#lists.get(key)
    if (!list) this.#lists.set(key, (list = new SlotList(byRef)))
    list.add(slot)
  }
}

const noKeys: readonly string[] = []

/** Between so many and twice as many of the last changes are known. */
const keptChanges = 4_096
