import type { ObjectEntry } from './object-entry.ts'
import { SlotList } from './slot-list.ts'
import { byName } from './slot.ts'
import type { Slot } from './slot.ts'

/** Labels that are indexed at once, those that were asked for last: who makes services chooses what they select by. */
const mostAsked = 100

/**
 * The slots of one collection by what a label of theirs says. Only labels that somebody has asked for are indexed, so that a label
 * which nobody selects by costs an object nothing but being looked over.
 */
export class LabelIndex {
  readonly #all: () => Iterable<Slot>
  readonly #asked = new Map<string, Map<string, SlotList>>()

  constructor(all: () => Iterable<Slot>) {
    this.#all = all
  }

  /** Of the lists of those that have one of these labels, the shortest; `undefined` where none has one of them. */
  shortest(labels: Readonly<Record<string, string>>): SlotList | undefined {
    let shortest: SlotList | undefined
    for (const [key, value] of Object.entries(labels)) {
      const list = (this.#asked.get(key) ?? this.#ask(key)).get(value)
      if (!list) return undefined
      if (!shortest || list.size < shortest.size) shortest = list
    }
    return shortest
  }

  /** The slot's entry was `before`, and is another or none now. */
  changed(slot: Slot, before: ObjectEntry | undefined): void {
    const was = before?.labels() ?? none
    const is = slot.entry?.labels() ?? none
    for (const [key, value] of Object.entries(was)) {
      const values = this.#asked.get(key)
      const list = values?.get(value)
      if (!values || !list) continue
      if (valueOf(is, key) === value) list.changed(slot)
      else {
        list.remove(slot)
        if (list.size === 0) values.delete(value)
      }
    }
    for (const [key, value] of Object.entries(is)) {
      const values = this.#asked.get(key)
      if (values && valueOf(was, key) !== value) add(values, value, slot)
    }
  }

  #ask(key: string): Map<string, SlotList> {
    const values = new Map<string, SlotList>()
    for (const oldest of this.#asked.keys()) if (this.#asked.size >= mostAsked) this.#asked.delete(oldest)
    this.#asked.set(key, values)
    for (const slot of this.#all()) {
      const value = valueOf(slot.entry?.labels() ?? none, key)
      if (value !== undefined) add(values, value, slot)
    }
    return values
  }
}

type Labels = Readonly<Record<string, string>>

const none: Labels = {}

const valueOf = (labels: Labels, key: string): string | undefined =>
  Object.hasOwn(labels, key) ? labels[key] : undefined

/** Whether an entry has all of these labels. */
export const hasAll = (entry: ObjectEntry, wanted: Labels): boolean => {
  const labels = entry.labels() ?? none
  return Object.keys(wanted).every(key => valueOf(labels, key) === wanted[key])
}

const add = (values: Map<string, SlotList>, value: string, slot: Slot): void => {
  let list = values.get(value)
  if (!list) values.set(value, (list = new SlotList(byName)))
  list.add(slot)
}
