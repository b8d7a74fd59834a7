import { decodeValueInSteps, serverSideApply, groupVersion } from '@periplus/api'
import type { FieldOwner, Kind, KubernetesObject, Refusal, Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import type { Command, Patch } from '../command.ts'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { createCandidate } from './create.ts'
import { asJson, withMeta } from './json.ts'
import type { Json } from './json.ts'
import { managerOf, ownershipContext } from './ownership.ts'
import type { OwnershipMoment } from './ownership.ts'
import { refuse } from './refuse.ts'

/** What building a candidate may know that says who owns its fields. */
export type OwningContext = CandidateInputs & OwnershipMoment

type ApplyCommand = Extract<Command, { readonly verb: 'patch' }>
type Configuration = Extract<Patch, { readonly type: 'apply' }>

/** What an update makes of the whole object, given which part of it is written. */
type Replace = (
  kind: Kind,
  subresource: string | undefined,
  object: KubernetesObject,
  current: Stored<KubernetesObject>,
  moment: CandidateInputs,
) => Either<Refusal, Candidate>

/** Who owned the fields of an object before anybody applied anything to it. */
const beforeFirstApply = 'before-first-apply'

/** Server-side apply: the configuration merged into the object, or a new object where there is none. */
export function* applyCandidate(
  command: ApplyCommand,
  patch: Configuration,
  current: Stored<KubernetesObject> | undefined,
  context: OwningContext,
  replace: Replace,
): Steps<Either<Refusal, Candidate>> {
  const { kind, ref, subresource } = command
  const wrong = configurationFault(command, patch.body)
  if (wrong) return E.left(wrong)
  if (!current && subresource) return refuse.notFound(kind, ref.name)
  if (subresource === 'scale')
    return E.left({ tag: 'NotBuilt', message: 'a Scale cannot be applied, only replaced or patched' })
  const merged = yield* mergedWith(command, patch, current, context)
  if (E.isLeft(merged)) return merged
  const { object, managedFields } = merged.right
  yield
  const candidate = current
    ? replace(kind, subresource, object, current, context)
    : createCandidate(kind, object, undefined, context)
  if (E.isLeft(candidate)) return candidate
  const { next } = candidate.right
  return E.right({ ...candidate.right, next: withMeta(next, { managedFields }), isApplied: true })
}

const configurationFault = ({ kind, ref }: ApplyCommand, body: Json): Refusal | undefined => {
  const { apiVersion = '', kind: kindName = '' } = body
  if (apiVersion !== groupVersion(kind) || kindName !== kind.kind)
    return { tag: 'BadRequest', message: `invalid object type: ${String(apiVersion) || '/'}, Kind=${String(kindName)}` }
  const metadata = asJson(body['metadata'])
  if (metadata['managedFields'] !== undefined)
    return { tag: 'BadRequest', message: 'metadata.managedFields must be nil' }
  const { name = ref.name, namespace = ref.namespace } = metadata
  if (name !== ref.name)
    return {
      tag: 'BadRequest',
      message: `the name of the object (${String(name)}) does not match the name on the URL (${ref.name})`,
    }
  if (namespace !== ref.namespace)
    return {
      tag: 'BadRequest',
      message: 'the namespace of the provided object does not match the namespace sent on the request',
    }
  return undefined
}

interface Merged {
  readonly object: KubernetesObject
  readonly managedFields: NonNullable<KubernetesObject['metadata']>['managedFields']
}

function* mergedWith(
  command: ApplyCommand,
  patch: Configuration,
  current: Stored<KubernetesObject> | undefined,
  context: OwningContext,
): Steps<Either<Refusal, Merged>> {
  const { kind, ref, subresource = '' } = command
  const owning = ownershipContext(kind, subresource, context)
  const faults = serverSideApply.unfit(owning.type, patch.body)
  if (faults.length > 0) return E.left({ tag: 'BadRequest', message: misfit(command, faults) })
  yield
  const { resourceVersion: _, managedFields: __, ...metadata } = current?.metadata ?? { name: ref.name }
  const placed = ref.namespace === '' ? metadata : { namespace: ref.namespace, ...metadata }
  const live = { apiVersion: groupVersion(kind), kind: kind.kind, ...current, metadata: placed }
  const applier: FieldOwner = {
    manager: managerOf(command, context.origin),
    operation: 'Apply',
    apiVersion: groupVersion(kind),
    subresource,
  }
  const known = serverSideApply.ownManagedFields(current?.metadata.managedFields)
  const earlier: FieldOwner = { ...applier, manager: beforeFirstApply, operation: 'Update' }
  try {
    const owners =
      known.length > 0 || !current
        ? known
        : yield* serverSideApply.trackUpdateInSteps(
            owning,
            serverSideApply.emptyObject(kind.schema),
            live,
            known,
            earlier,
          )
    const force = patch.force ?? false
    const applied = yield* serverSideApply.applyInSteps(owning, live, patch.body, owners, applier, force)
    if (applied.conflicts.length > 0) return E.left(serverSideApply.applyConflict(applied.conflicts))
    yield
    const decoded = yield* decodeValueInSteps(kind, applied.object, { fieldValidation: 'Ignore' })
    if (E.isLeft(decoded)) return decoded
    return E.right({
      object: decoded.right.object,
      managedFields: serverSideApply.writeManagedFields(applied.owners),
    })
  } catch (error) {
    if (error instanceof serverSideApply.UnfitValue)
      return E.left({ tag: 'BadRequest', message: misfit(command, [error.message]) })
    throw error
  }
}

/** As Kubernetes says it, though with 400 instead of 500: it is the configuration's fault. */
const misfit = ({ kind, ref }: ApplyCommand, faults: readonly string[]): string => {
  const [only, another] = faults
  const text = another === undefined ? (only ?? '') : `errors:\n${faults.map(fault => `  ${fault}`).join('\n')}`
  const version = kind.group === '' ? `/${kind.version}` : groupVersion(kind)
  return `failed to create typed patch object (${ref.namespace}/${ref.name}; ${version}, Kind=${kind.kind}): ${text}`
}
