import { isRecord } from '../json/json-value.ts'
import type { ManagedFieldsEntry } from '../meta/object-meta.ts'
import { elementsOf, isEmptySet, noFields, nodeOf, setOf } from './field-set.ts'
import type { Children, FieldSet } from './field-set.ts'
import { isElement } from './path-element.ts'

/** Somebody who set fields of an object, by one way of writing. */
export interface FieldOwner {
  readonly manager: string
  readonly operation: 'Apply' | 'Update'
  /** The version that the fields are named in. */
  readonly apiVersion: string
  readonly subresource: string
}

/** What somebody has set. */
export interface Ownership extends FieldOwner {
  readonly fields: FieldSet
  /** RFC 3339; when they changed it last. */
  readonly time: string | undefined
  /** As it was read, as long as nothing of it has changed. */
  readonly entry?: ManagedFieldsEntry
}

/** One text per owner: an applier is the same whichever version they apply. */
export const ownerKey = ({ manager, operation, apiVersion, subresource }: FieldOwner): string =>
  JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource])

const deepest = 64

/** Field sets that come from outside, sorted; `undefined` for what is none. */
const readSet = (value: unknown, depth: number): FieldSet | undefined => {
  if (!isRecord(value) || depth > deepest) return undefined
  const children: Children = {}
  for (const [element, below] of Object.entries(value)) {
    if (element === '.') continue
    const node = isElement(element) ? readNode(below, depth + 1) : undefined
    if (!node) return undefined
    children[element] = node
  }
  return setOf(children)
}

const readNode = (value: unknown, depth: number): FieldSet | undefined => {
  const set = readSet(value, depth)
  if (!set || !isRecord(value)) return undefined
  return elementsOf(set).length === 0 ? noFields : nodeOf(Object.hasOwn(value, '.'), set)
}

/** The owners of an object's fields; `undefined` where the entries are none that a server has written. */
export const readManagedFields = (
  entries: readonly ManagedFieldsEntry[] | undefined,
): readonly Ownership[] | undefined => {
  const owners: Ownership[] = []
  for (const entry of entries ?? []) {
    const { manager = '', operation, apiVersion = '', subresource = '', fieldsType, fieldsV1, time } = entry
    if ((operation !== 'Apply' && operation !== 'Update') || apiVersion === '' || fieldsType !== 'FieldsV1')
      return undefined
    const fields = readSet(fieldsV1 ?? {}, 0)
    if (!fields) return undefined
    owners.push({ manager, operation, apiVersion, subresource, fields, time, entry })
  }
  return owners
}

/** The same of entries that this server has written, which are taken as they are. */
export const ownManagedFields = (entries: readonly ManagedFieldsEntry[] | undefined): readonly Ownership[] =>
  (entries ?? []).map(entry => ({
    manager: entry.manager ?? '',
    operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
    apiVersion: entry.apiVersion ?? '',
    subresource: entry.subresource ?? '',
    fields: (entry.fieldsV1 ?? noFields) as FieldSet,
    time: entry.time,
    entry,
  }))

const entryOf = (owner: Ownership): ManagedFieldsEntry => {
  const { manager, operation, apiVersion, subresource, fields, time, entry } = owner
  if (entry) return entry
  return {
    ...(manager === '' ? {} : { manager }),
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(subresource === '' ? {} : { subresource }),
  }
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const seconds = ({ time }: Ownership): number => (time === undefined ? 0 : Math.floor(Date.parse(time) / 1000))

const compareOwners = (a: Ownership, b: Ownership): number =>
  text(a.operation, b.operation) ||
  seconds(a) - seconds(b) ||
  text(a.manager, b.manager) ||
  text(a.apiVersion, b.apiVersion) ||
  text(a.subresource, b.subresource)

/** The entries of owners, in Kubernetes' order; `undefined` where there are none. */
export const writeManagedFields = (owners: readonly Ownership[]): readonly ManagedFieldsEntry[] | undefined => {
  const owning = owners.filter(({ fields }) => !isEmptySet(fields))
  return owning.length === 0 ? undefined : owning.toSorted(compareOwners).map(entryOf)
}
