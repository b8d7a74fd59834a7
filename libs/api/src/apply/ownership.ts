import { atOnce } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { deepEqual } from '../json/equal.ts'
import { compare } from './compare.ts'
import type { Comparison } from './compare.ts'
import { createdFields } from './created-fields.ts'
import { difference, intersection, isEmptySet, noFields, pathsOf, sameFields, union, without } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { fieldsOf } from './fields-of.ts'
import { ownerKey } from './managed-fields.ts'
import type { FieldOwner, Ownership } from './managed-fields.ts'
import { merge } from './merge.ts'
import type { Owners, OwnershipContext } from './ownership-context.ts'
import { pruned } from './pruned.ts'
import { fittedTo } from './with-type.ts'

/** Fields that are nobody's: who and what the object is. */
const nobodys: FieldSet = {
  'f:apiVersion': noFields,
  'f:kind': noFields,
  'f:metadata': {
    '.': noFields,
    'f:clusterName': noFields,
    'f:creationTimestamp': noFields,
    'f:generation': noFields,
    'f:managedFields': noFields,
    'f:name': noFields,
    'f:namespace': noFields,
    'f:resourceVersion': noFields,
    'f:selfLink': noFields,
    'f:uid': noFields,
  },
}

const byKey = (owners: readonly Ownership[]): Map<string, Ownership> =>
  new Map(owners.map(owner => [ownerKey(owner), owner]))

const withFields = (owner: Ownership, fields: FieldSet): Ownership => {
  if (owner.fields === fields) return owner
  const { entry: _, ...rest } = owner
  return { ...rest, fields }
}

/** A field of somebody's that somebody else sets. */
export interface OwnershipConflict {
  readonly owner: FieldOwner
  readonly path: readonly string[]
}

interface Taken {
  readonly owners: Owners
  /** What was taken from whom. */
  readonly taken: readonly { readonly owner: FieldOwner; readonly fields: FieldSet }[]
  readonly changes: Changes
}

/** What a change set, whether it was there before or not, and what it removed. */
interface Changes {
  readonly set: FieldSet
  readonly removed: FieldSet
}

const filtered = ({ added, modified, removed }: Comparison, ignored: FieldSet): Changes => {
  const set = union(modified, added)
  return isEmptySet(ignored) ? { set, removed } : { set: without(set, ignored), removed: without(removed, ignored) }
}

/** What a change takes from its fields' owners, `writer` aside. */
function* take(
  { type, ignored, inVersion }: OwnershipContext,
  before: unknown,
  after: unknown,
  apiVersion: string,
  owners: Owners,
  writer: string | undefined,
): Steps<Taken> {
  const changes = filtered(yield* compare(type, before, after), ignored)
  const inVersions = new Map<string, Changes | undefined>([[apiVersion, changes]])
  function* changesIn(version: string): Steps<Changes | undefined> {
    if (!inVersions.has(version)) {
      const [old, now] = [inVersion(before, version), inVersion(after, version)]
      inVersions.set(version, old && now && filtered(yield* compare(now.type, old.object, now.object), ignored))
    }
    return inVersions.get(version)
  }
  const left = new Map<string, Ownership>()
  const taken: { owner: FieldOwner; fields: FieldSet }[] = []
  for (const [key, owner] of owners) {
    if (key === writer) {
      left.set(key, owner)
      continue
    }
    const theirs = yield* changesIn(owner.apiVersion)
    if (!theirs) continue
    yield
    const lost = intersection(owner.fields, theirs.set)
    yield
    if (!isEmptySet(lost)) taken.push({ owner, fields: lost })
    const gone = intersection(owner.fields, theirs.removed)
    yield
    const isUntouched = isEmptySet(lost) && isEmptySet(gone)
    const fields = isUntouched ? owner.fields : difference(difference(owner.fields, lost), gone)
    yield
    if (!isEmptySet(fields)) left.set(key, withFields(owner, fields))
  }
  return { owners: left, taken, changes }
}

/** Owners as the schema has it by now: a version's type may have become one thing, or parts. */
const fitted = ({ inVersion, type }: OwnershipContext, apiVersion: string, owners: readonly Ownership[]) =>
  owners.flatMap(owner => {
    const theirs = owner.apiVersion === apiVersion ? type : inVersion({}, owner.apiVersion)?.type
    return theirs ? [withFields(owner, fittedTo(owner.fields, theirs))] : []
  })

/** So many who update are told apart; the oldest of more become one. */
const mostUpdaters = 10
const ancient = 'ancient-changes'

const capped = (owners: Map<string, Ownership>): readonly Ownership[] => {
  const updaters = [...owners.values()]
    .filter(({ operation }) => operation === 'Update')
    .sort((a, b) => Date.parse(a.time ?? '0') - Date.parse(b.time ?? '0') || (ownerKey(a) < ownerKey(b) ? -1 : 1))
  let count = updaters.length
  const first = new Map<string, Ownership>()
  for (const owner of updaters) {
    if (count <= mostUpdaters) break
    const { apiVersion, time } = owner
    const before = first.get(apiVersion)
    if (!before) {
      first.set(apiVersion, owner)
      continue
    }
    const bucket: FieldOwner = { manager: ancient, operation: 'Update', apiVersion, subresource: '' }
    const key = ownerKey(bucket)
    const merged = owners.get(key) ?? before
    owners.delete(ownerKey(before))
    owners.delete(ownerKey(owner))
    owners.set(key, { ...bucket, fields: union(owner.fields, merged.fields), time })
    count--
  }
  return [...owners.values()]
}

/** Who owns what after a creation, an update or a patch: what it changed is the writer's, whoever's it was before. */
export function* trackUpdateInSteps(
  context: OwnershipContext,
  before: unknown,
  after: unknown,
  owners: readonly Ownership[],
  writer: FieldOwner,
): Steps<readonly Ownership[]> {
  const { apiVersion } = writer
  const known = context.isDescribed ? fitted(context, apiVersion, owners) : owners
  const taken = yield* take(context, before, after, apiVersion, byKey(known), undefined)
  yield
  const own = difference(taken.changes.set, nobodys)
  yield
  const left = new Map(taken.owners)
  if (!isEmptySet(own)) {
    const key = ownerKey(writer)
    // What it takes from itself it has again.
    const earlier = known.find(owner => ownerKey(owner) === key)?.fields ?? noFields
    const kept = isEmptySet(taken.changes.removed) ? earlier : difference(earlier, taken.changes.removed)
    yield
    left.set(key, { ...writer, fields: union(kept, own), time: context.now })
  }
  yield
  return capped(left)
}

/**
 * Who owns what after a creation: all of it is the writer's. `empty`: the object before anybody has set anything (`emptyObject`).
 */
export function* trackCreationInSteps(
  context: OwnershipContext,
  empty: unknown,
  created: unknown,
  writer: FieldOwner,
): Steps<readonly Ownership[]> {
  const fields = createdFields(context.type, empty, created, context.ignored, nobodys)
  if (fields === undefined) return yield* trackUpdateInSteps(context, empty, created, [], writer)
  return isEmptySet(fields) ? [] : [{ ...writer, fields, time: context.now }]
}

/** The same at once. */
export const trackUpdate = (...given: Parameters<typeof trackUpdateInSteps>): readonly Ownership[] =>
  atOnce(trackUpdateInSteps(...given))

/** What applying makes of an object. */
export interface Applied {
  readonly object: unknown
  readonly owners: readonly Ownership[]
  /** Fields of others that it sets; empty where it was forced. */
  readonly conflicts: readonly OwnershipConflict[]
}

/**
 * A configuration applied to a live object: what both say is as applied, and what the applier applied before and does not any more
 * goes, unless somebody else owns it.
 */
export function* applyInSteps(
  context: OwnershipContext,
  live: unknown,
  configuration: unknown,
  owners: readonly Ownership[],
  applier: FieldOwner,
  force: boolean,
): Steps<Applied> {
  const { type, ignored, now } = context
  const { apiVersion } = applier
  const key = ownerKey(applier)
  const before = byKey(fitted(context, apiVersion, owners))
  const last = before.get(key)
  const fields = without(yield* fieldsOf(type, configuration), ignored)
  yield
  const claimed = new Map(before).set(key, { ...applier, fields, time: last?.time })
  const merged = merge(type, live, configuration) ?? {}
  yield
  const object = last && !isEmptySet(last.fields) ? yield* pruned(context, merged, claimed, last, apiVersion) : merged
  yield
  const taken = yield* take(context, live, object, apiVersion, claimed, key)
  if (!force && taken.taken.length > 0)
    return {
      object,
      owners,
      conflicts: taken.taken.flatMap(({ owner, fields: lost }) => pathsOf(lost).map(path => ({ owner, path }))),
    }
  yield
  const changed = !deepEqual(live, object)
  yield
  const own = difference(fields, nobodys)
  const left = new Map(taken.owners)
  if (isEmptySet(own)) left.delete(key)
  else if (!changed && last && sameFields(last.fields, own)) left.set(key, last)
  else left.set(key, { ...applier, fields: own, time: changed ? now : last?.time })
  return { object, owners: [...left.values()], conflicts: [] }
}

/** The same at once. */
export const apply = (...given: Parameters<typeof applyInSteps>): Applied => atOnce(applyInSteps(...given))
