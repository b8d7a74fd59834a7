import type { Answer, Cause, Question } from './judge.ts'

/** One thing in which two answers differ, most dangerous first: what is stored though Kubernetes refuses it. */
export interface Difference {
  readonly sort: 'stored' | 'refused' | 'default' | 'errors' | 'warnings' | 'cells' | 'result'
  /** Where, without positions and keys, so that the same difference elsewhere counts once. */
  readonly field: string
  readonly detail: string
}

const plain = (field: string): string => field.replace(/\[[^\]]*\]/g, '[]')

/**
 * What is compared of an error. Values that are structs or lists are not: Go shows its internal types, whose fields have other
 * names, and tells empty lists from none, which are one thing here. Nor is the diff of a forbidden update, which is listed by path here.
 */
const textOf = ({ reason, field, message }: Cause): string => {
  const [line = ''] = message.split('\n')
  return `${field} (${reason}): ${line.replace(/ value: (?:[{[].*[}\]]|null)(?=: |$)/, ' value: (one of several parts)')}`
}

/** Kubernetes looks at some things twice, most of all at metadata that is updated; here each is told once. */
const once = (causes: readonly Cause[] = []): readonly Cause[] => [
  ...new Map(causes.map(cause => [textOf(cause), cause])).values(),
]

const without = <A>(all: readonly A[], taken: readonly A[], text: (one: A) => string): readonly A[] => {
  const left = taken.map(text)
  return all.filter(one => {
    const at = left.indexOf(text(one))
    if (at < 0) return true
    left.splice(at, 1)
    return false
  })
}

type Json = Readonly<Record<string, unknown>>

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Leaves in which two JSON values differ. */
export const changes = (ours: unknown, theirs: unknown, path: string): readonly Difference[] => {
  if (isJson(ours) && isJson(theirs))
    return [...new Set([...Object.keys(ours), ...Object.keys(theirs)])].flatMap(name =>
      changes(ours[name], theirs[name], path === '' ? name : `${path}.${name}`),
    )
  if (Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length)
    return ours.flatMap((one, i) => changes(one, theirs[i], `${path}[${i}]`))
  const [own, their] = [JSON.stringify(ours), JSON.stringify(theirs)]
  if (own === their) return []
  return [{ sort: 'default', field: plain(path), detail: `ours ${own ?? 'absent'}, theirs ${their ?? 'absent'}` }]
}

/** Identity and time are given by whoever creates; managers are not compared yet. */
const comparable = (object: unknown): unknown => {
  if (!isJson(object)) return object
  const {
    uid: _,
    creationTimestamp: __,
    managedFields: ___,
    resourceVersion: ____,
    ...metadata
  } = object['metadata'] as Json
  return present({ ...object, metadata })
}

/** Go writes what it has by value though there is nothing in it, and `null` for a list that nobody made. */
export const present = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(present)
  if (!isJson(value)) return value
  const members = Object.entries(value).flatMap(([name, member]) => {
    const kept = present(member)
    return isNothing(kept) ? [] : [[name, kept] as const]
  })
  return Object.fromEntries(members)
}

const isNothing = (value: unknown): boolean =>
  value === null || (Array.isArray(value) && value.length === 0) || (isJson(value) && Object.keys(value).length === 0)

/** A member that is null is none, as soon as the object is read. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (!isJson(value)) return value
  const members = Object.entries(value).filter(([, member]) => member !== null)
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]))
}

/** What two answers to one question differ in. */
export const differences = (op: Question['op'], ours: Answer, theirs: Answer): readonly Difference[] => {
  if (op === 'table' && /no table handler/.test(theirs.failure ?? '')) return []
  if (theirs.failure !== undefined || ours.failure !== undefined)
    return Boolean(theirs.failure) === Boolean(ours.failure)
      ? []
      : [
          {
            sort: theirs.failure === undefined ? 'refused' : 'stored',
            field: '',
            detail: `ours ${ours.failure ?? 'answered'}, theirs ${theirs.failure ?? 'answered'}`,
          },
        ]
  switch (op) {
    case 'table':
      return cellDifferences(ours, theirs)
    case 'patch':
      return changes(withoutNulls(ours.object), withoutNulls(theirs.object), '').map(one => ({
        ...one,
        sort: 'result',
      }))
    case 'quantity':
      return changes(ours.facts, theirs.facts, '').map(one => ({ ...one, sort: 'result' }))
    default:
      return writeDifferences(ours, theirs)
  }
}

const cellDifferences = (ours: Answer, theirs: Answer): readonly Difference[] => {
  const columns = changes(ours.columns, theirs.columns, 'columns')
  const named = ({ columns: all = [], cells = [] }: Answer): object =>
    Object.fromEntries(all.map(({ name }, i) => [String(name), cells[i] ?? null]))
  return [...columns, ...changes(named(ours), named(theirs), '')].map(one => ({ ...one, sort: 'cells' }))
}

const writeDifferences = (ours: Answer, theirs: Answer): readonly Difference[] => {
  const [own, their] = [once(ours.causes), once(theirs.causes)]
  const missing = without(their, own, textOf)
  const extra = without(own, their, textOf)
  const told =
    (sort: Difference['sort'], who: string) =>
    (one: Cause): Difference => ({
      sort,
      field: `${plain(one.field)} ${one.reason}`,
      detail: `${who} ${textOf(one)}`,
    })
  if (missing.length > 0 || extra.length > 0)
    return [
      ...missing.map(told(own.length === 0 ? 'stored' : 'errors', 'only theirs')),
      ...extra.map(told(their.length === 0 ? 'refused' : 'errors', 'only ours')),
    ]
  if (own.length > 0) return []
  return [
    ...changes(comparable(ours.object), comparable(theirs.object), ''),
    ...warningDifferences(ours.warnings ?? [], theirs.warnings ?? []),
  ]
}

const warningDifferences = (own: readonly string[], their: readonly string[]): readonly Difference[] => {
  const same = (text: string): string => text
  const shown =
    (who: string) =>
    (text: string): Difference => ({
      sort: 'warnings',
      field: plain(text.split(': ')[0] ?? ''),
      detail: `${who} ${text}`,
    })
  return [...without(their, own, same).map(shown('only theirs')), ...without(own, their, same).map(shown('only ours'))]
}

/** What makes two differences the same one. */
export const signatureOf = (resource: string, { sort, field, detail }: Difference): string =>
  `${resource} ${sort} ${field} ${detail.startsWith('only ours') ? 'ours' : 'theirs'}`
