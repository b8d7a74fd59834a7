import type { ObjectRef } from '@periplus/api'
import type { ObjectEntry } from './object-entry.ts'

/** Where one object stands; outlives its entries, so that an update needs no new place in any order. */
export interface Slot {
  readonly ref: ObjectRef
  /** `undefined` once the object is gone; what is made again under its name gets a slot of its own. */
  entry: ObjectEntry | undefined
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The order of slots that share resource and namespace. */
export const byName = ({ ref: a }: Slot, { ref: b }: Slot): number => order(a.name, b.name)

/** The order of whatever has a place: by group, resource, namespace and name, so that decisions made on it can be made again. */
export const byRef = ({ ref: a }: Pick<Slot, 'ref'>, { ref: b }: Pick<Slot, 'ref'>): number =>
  order(a.group, b.group) || order(a.resource, b.resource) || order(a.namespace, b.namespace) || order(a.name, b.name)
