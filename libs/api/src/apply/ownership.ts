import { deepEqual } from '../json/equal.ts'
import { compare } from './compare.ts'
import type { Comparison } from './compare.ts'
import { difference, intersection, isEmptySet, noFields, pathsOf, sameFields, union, without } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { fieldsOf } from './fields-of.ts'
import { ownerKey } from './managed-fields.ts'
import type { FieldOwner, Ownership } from './managed-fields.ts'
import { merge } from './merge.ts'
import type { MergeType } from './merge-type.ts'
import { remove } from './remove.ts'
import { fittedTo, withNamedFields } from './with-type.ts'

/** An object's form in another version, and that version's type. */
export type InVersion = (
  object: unknown,
  apiVersion: string,
) => { readonly object: unknown; readonly type: MergeType } | undefined

/** What both ways of writing need. */
export interface OwnershipContext {
  /** Of the version that is written. */
  readonly type: MergeType
  /** Fields that this way of writing never sets, such as the status by the main resource. */
  readonly ignored: FieldSet
  /** `undefined` for a version that there is no more: what is owned in it is forgotten. */
  readonly inVersion: InVersion
  /** The types may be others than those by which fields were owned: kinds that are described at run time. */
  readonly isDescribed: boolean
  /** RFC 3339. */
  readonly now: string
}

type Owners = ReadonlyMap<string, Ownership>

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
const take = (
  { type, ignored, inVersion }: OwnershipContext,
  before: unknown,
  after: unknown,
  apiVersion: string,
  owners: Owners,
  writer: string | undefined,
): Taken => {
  const changes = filtered(compare(type, before, after), ignored)
  const inVersions = new Map<string, Changes | undefined>([[apiVersion, changes]])
  const changesIn = (version: string): Changes | undefined => {
    if (!inVersions.has(version)) {
      const [old, now] = [inVersion(before, version), inVersion(after, version)]
      inVersions.set(version, old && now && filtered(compare(now.type, old.object, now.object), ignored))
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
    const theirs = changesIn(owner.apiVersion)
    if (!theirs) continue
    const lost = intersection(owner.fields, theirs.set)
    if (!isEmptySet(lost)) taken.push({ owner, fields: lost })
    const gone = intersection(owner.fields, theirs.removed)
    const isUntouched = isEmptySet(lost) && isEmptySet(gone)
    const fields = isUntouched ? owner.fields : difference(difference(owner.fields, lost), gone)
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
export const trackUpdate = (
  context: OwnershipContext,
  before: unknown,
  after: unknown,
  owners: readonly Ownership[],
  writer: FieldOwner,
): readonly Ownership[] => {
  const { apiVersion } = writer
  const known = context.isDescribed ? fitted(context, apiVersion, owners) : owners
  const taken = take(context, before, after, apiVersion, byKey(known), undefined)
  const own = difference(taken.changes.set, nobodys)
  const left = new Map(taken.owners)
  if (!isEmptySet(own)) {
    const key = ownerKey(writer)
    // What it takes from itself it has again.
    const earlier = known.find(owner => ownerKey(owner) === key)?.fields ?? noFields
    const kept = isEmptySet(taken.changes.removed) ? earlier : difference(earlier, taken.changes.removed)
    left.set(key, { ...writer, fields: union(kept, own), time: context.now })
  }
  return capped(left)
}

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
export const apply = (
  context: OwnershipContext,
  live: unknown,
  configuration: unknown,
  owners: readonly Ownership[],
  applier: FieldOwner,
  force: boolean,
): Applied => {
  const { type, ignored, now } = context
  const { apiVersion } = applier
  const key = ownerKey(applier)
  const before = byKey(fitted(context, apiVersion, owners))
  const last = before.get(key)
  const fields = without(fieldsOf(type, configuration), ignored)
  const claimed = new Map(before).set(key, { ...applier, fields, time: last?.time })
  const merged = merge(type, live, configuration) ?? {}
  const object = last && !isEmptySet(last.fields) ? pruned(context, merged, claimed, last, apiVersion) : merged
  const taken = take(context, live, object, apiVersion, claimed, key)
  if (!force && taken.taken.length > 0)
    return {
      object,
      owners,
      conflicts: taken.taken.flatMap(({ owner, fields: lost }) => pathsOf(lost).map(path => ({ owner, path }))),
    }
  const changed = !deepEqual(live, object)
  const own = difference(fields, nobodys)
  const left = new Map(taken.owners)
  if (isEmptySet(own)) left.delete(key)
  else if (!changed && last && sameFields(last.fields, own)) left.set(key, last)
  else left.set(key, { ...applier, fields: own, time: changed ? now : last?.time })
  return { object, owners: [...left.values()], conflicts: [] }
}

/** Takes away what the applier owned and does not claim any more; what others claim comes back. */
const pruned = (
  { type, inVersion }: OwnershipContext,
  merged: unknown,
  claimed: Owners,
  last: Ownership,
  apiVersion: string,
): unknown => {
  const at = (object: unknown, version: string) =>
    version === apiVersion ? { object, type } : inVersion(object, version)
  const then = at(merged, last.apiVersion)
  if (!then) return merged
  const inLast = (object: unknown): FieldSet => withNamedFields(fieldsOf(then.type, object), then.type)
  const lastFields = withNamedFields(last.fields, then.type)
  let rest = remove(then.type, then.object, lastFields)
  let version = last.apiVersion
  const versions = [...new Set([last.apiVersion, ...[...claimed.values()].map(owner => owner.apiVersion)])]
  for (const each of versions) {
    const owned = [...claimed.values()]
      .filter(owner => owner.apiVersion === each)
      .reduce((fields, owner) => union(fields, owner.fields), noFields)
    const whole = at(merged, each)
    const part = version === each ? { object: rest } : at(convertedBack(rest, version, apiVersion, inVersion), each)
    if (!whole || !part) continue
    const fieldsIn = (object: unknown): FieldSet => withNamedFields(fieldsOf(whole.type, object), whole.type)
    const keeps = union(fieldsIn(part.object), withNamedFields(owned, whole.type))
    rest = remove(whole.type, whole.object, difference(fieldsIn(whole.object), keeps))
    version = each
  }
  const back = version === last.apiVersion ? rest : convertedBack(rest, version, last.apiVersion, inVersion)
  // Only what was the applier's goes.
  const goes = intersection(difference(inLast(then.object), inLast(back)), lastFields)
  const result = remove(then.type, then.object, goes)
  return last.apiVersion === apiVersion ? result : convertedBack(result, last.apiVersion, apiVersion, inVersion)
}

const convertedBack = (object: unknown, from: string, to: string, inVersion: InVersion): unknown =>
  from === to ? object : (inVersion(object, to)?.object ?? object)
