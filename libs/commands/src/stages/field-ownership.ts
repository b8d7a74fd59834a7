import { E, inSteps } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { deepEqual, serverSideApply, groupVersion } from '@periplus/api'
import type { ObjectMeta, Ownership } from '@periplus/api'
import type { Candidate } from '../candidate/candidate.ts'
import { withMeta } from '../candidate/json.ts'
import { managerOf, ownershipContext } from '../candidate/ownership.ts'
import type { Attempt, Stage, Verdict } from './stage.ts'

type Entries = ObjectMeta['managedFields']

const { emptyObject, ownManagedFields, readManagedFields, UnfitValue, writeManagedFields } = serverSideApply
const { trackCreationInSteps, trackUpdateInSteps } = serverSideApply

/** Who a field belongs to is no matter of heartbeats and of what is told of others: nobody applies them. */
const isTracked = ({ kind, previous, subresource }: Candidate, owners: readonly Ownership[]): boolean => {
  if (subresource === 'binding') return false
  // Nobody knows who made what is there.
  if (previous) return owners.length > 0
  return !kind.rollup && kind.resource !== 'events'
}

/** A client that sends one empty entry, or an empty list, wants all of it forgotten. */
const isReset = (entries: NonNullable<Entries>): boolean =>
  entries.length === 0 || (entries.length === 1 && Object.keys(entries[0] ?? {}).length === 0)

/** Who owns what before the write: as the client says where it says something sensible, else as it was. */
const ownersBefore = ({ previous, next, subresource }: Candidate): readonly Ownership[] => {
  const before = previous?.metadata.managedFields
  const given = next.metadata?.managedFields
  if (subresource !== undefined || given === undefined || given === before || deepEqual(given, before))
    return ownManagedFields(before)
  if (isReset(given)) return []
  const read = readManagedFields(given)
  return read === undefined || read.length === 0 ? ownManagedFields(before) : read
}

function* ownedBy({ command, candidate, context }: Attempt): Steps<Entries> {
  const { kind, previous, next, subresource = '' } = candidate
  const owners = ownersBefore(candidate)
  yield
  if (!isTracked(candidate, owners)) return undefined
  const writer = {
    manager: managerOf(command, context.origin),
    operation: 'Update',
    apiVersion: groupVersion(kind),
    subresource,
  } as const
  try {
    // What Go holds by value is there before anybody sets anything in it, of an object that lives too.
    const empty = emptyObject(kind.schema)
    const owning = ownershipContext(kind, subresource, context)
    const owned =
      previous || owners.length > 0
        ? yield* trackUpdateInSteps(owning, { ...empty, ...previous }, next, owners, writer)
        : yield* trackCreationInSteps(owning, empty, next, writer)
    return writeManagedFields(owned)
  } catch (error) {
    // Elements that cannot be told apart belong to nobody, and so does the rest, as in Kubernetes.
    if (error instanceof UnfitValue) return undefined
    throw error
  }
}

const sameEntries = (a: Entries, b: Entries): boolean =>
  a?.length === b?.length && (a ?? []).every((entry, i) => entry === b?.[i])

/** Notes in `managedFields` who owns the fields that the write sets; what is applied has done so. */
export const fieldOwnership: Stage = attempt =>
  attempt.candidate.isApplied ? E.right(attempt) : inSteps(attempt.context.turn, noted(attempt))

function* noted(attempt: Attempt): Steps<Verdict> {
  const { candidate } = attempt
  const before = candidate.previous?.metadata.managedFields
  const owned = yield* ownedBy(attempt)
  const managedFields = sameEntries(owned, before) ? before : owned
  if (managedFields === candidate.next.metadata?.managedFields) return E.right(attempt)
  yield
  return E.right({ ...attempt, candidate: { ...candidate, next: withMeta(candidate.next, { managedFields }) } })
}
