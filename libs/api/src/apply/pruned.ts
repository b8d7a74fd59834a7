import type { Steps } from '@periplus/prelude'
import { difference, intersection, noFields, union } from './field-set.ts'
import type { FieldSet } from './field-set.ts'
import { fieldsOf } from './fields-of.ts'
import type { Ownership } from './managed-fields.ts'
import type { MergeType } from './merge-type.ts'
import type { InVersion, Owners, OwnershipContext } from './ownership-context.ts'
import { remove } from './remove.ts'
import { withNamedFields } from './with-type.ts'

/** Takes away what the applier owned and does not claim any more; what others claim comes back. */
export function* pruned(
  { type, inVersion }: OwnershipContext,
  merged: unknown,
  claimed: Owners,
  last: Ownership,
  apiVersion: string,
): Steps<unknown> {
  const at = (object: unknown, version: string) =>
    version === apiVersion ? { object, type } : inVersion(object, version)
  const then = at(merged, last.apiVersion)
  if (!then) return merged
  const lastFields = withNamedFields(last.fields, then.type)
  yield
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
    yield
    const keeps = union(yield* namedIn(whole.type, part.object), withNamedFields(owned, whole.type))
    yield
    const goes = difference(yield* namedIn(whole.type, whole.object), keeps)
    yield
    rest = remove(whole.type, whole.object, goes)
    version = each
    yield
  }
  const back = version === last.apiVersion ? rest : convertedBack(rest, version, last.apiVersion, inVersion)
  // Only what was the applier's goes.
  const lost = difference(yield* namedIn(then.type, then.object), yield* namedIn(then.type, back))
  yield
  const goes = intersection(lost, lastFields)
  yield
  const result = remove(then.type, then.object, goes)
  return last.apiVersion === apiVersion ? result : convertedBack(result, last.apiVersion, apiVersion, inVersion)
}

/** The fields that an object claims, with those that its type names wherever something below them is claimed. */
function* namedIn(type: MergeType, object: unknown): Steps<FieldSet> {
  const fields = yield* fieldsOf(type, object)
  yield
  return withNamedFields(fields, type)
}

const convertedBack = (object: unknown, from: string, to: string, inVersion: InVersion): unknown =>
  from === to ? object : (inVersion(object, to)?.object ?? object)
