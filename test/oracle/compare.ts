import type { Answer, Cause } from './judge.ts'

/** One thing in which two answers differ, most dangerous first: what is stored though Kubernetes refuses it. */
export interface Difference {
  readonly sort: 'stored' | 'refused' | 'default' | 'errors' | 'warnings' | 'cells' | 'result'
  /** Where, without positions and keys, so that the same difference elsewhere counts once. */
  readonly field: string
  readonly detail: string
}

const plain = (field: string): string => field.replace(/\[[^\]]*\]/g, '[]')

const textOf = ({ reason, field, message }: Cause): string => `${field} (${reason}): ${message}`

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
  const { status, ...rest } = object
  return { ...rest, metadata, ...(isJson(status) && Object.keys(status).length > 0 && { status }) }
}

export const differences = (ours: Answer, theirs: Answer): readonly Difference[] => {
  const [own, their] = [ours.causes ?? [], theirs.causes ?? []]
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
