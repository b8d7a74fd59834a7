import { decodeValueInSteps, serverSideApply, groupVersion, targetOf } from '@periplus/api'
import type { Decodable, FieldOwner, KubernetesObject, ObjectRef, Refusal, Stored } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import type { Command, Patch } from '../command.ts'
import { conflictsOfScale, scaleForm, scaledConfiguration } from './apply-scale.ts'
import type { Candidate, CandidateInputs } from './candidate.ts'
import { createCandidate } from './create.ts'
import { asJson, withMeta } from './json.ts'
import type { Json } from './json.ts'
import { managerOf, ownershipContext } from './ownership.ts'
import type { OwnershipMoment } from './ownership.ts'
import { placedAt } from './placed.ts'
import { refuse } from './refuse.ts'
import { scaleOf } from './scale.ts'

/** What building a candidate may know that says who owns its fields. */
export type OwningContext = CandidateInputs & OwnershipMoment

type ApplyCommand = Extract<Command, { readonly verb: 'patch' }>
type Configuration = Extract<Patch, { readonly type: 'apply' }>

/** What a patch that leaves the object so makes of it. */
type Change = (
  command: ApplyCommand,
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
  change: Change,
): Steps<Either<Refusal, Candidate>> {
  const { kind, ref, subresource } = command
  const form = subresource === 'scale' ? scaleForm : kind
  const wrong = configurationFault(patch.body, form)
  if (wrong) return E.left(wrong)
  if (!current && subresource) return refuse.notFound(kind, ref.name)
  const merged =
    form === kind
      ? yield* mergedWith(command, patch, current, context)
      : yield* scaleMergedWith(command, patch, current, context)
  if (E.isLeft(merged)) return merged
  const { object, managedFields } = merged.right
  yield
  const candidate = current ? change(command, object, current, context) : created(command, object, context)
  if (E.isLeft(candidate)) return candidate
  const { next } = candidate.right
  return E.right({ ...candidate.right, next: withMeta(next, { managedFields }), isApplied: true })
}

const configurationFault = (body: Json, form: Decodable): Refusal | undefined => {
  const { apiVersion = '', kind: kindName = '' } = body
  if (apiVersion !== groupVersion(form) || kindName !== form.kind)
    return { tag: 'BadRequest', message: `invalid object type: ${String(apiVersion) || '/'}, Kind=${String(kindName)}` }
  const metadata = asJson(body['metadata'])
  if (metadata['managedFields'] !== undefined)
    return { tag: 'BadRequest', message: 'metadata.managedFields must be nil' }
  return undefined
}

const created = (
  { kind, ref }: ApplyCommand,
  object: KubernetesObject,
  context: OwningContext,
): Either<Refusal, Candidate> => {
  const { uid } = object.metadata ?? {}
  if (uid)
    return E.left({
      tag: 'Conflict',
      target: targetOf(kind, ref.name),
      message: `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`,
    })
  const placed = placedAt(ref, object)
  return E.isLeft(placed) ? placed : createCandidate(kind, placed.right, context)
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
  if (faults.length > 0) return E.left({ tag: 'BadRequest', message: misfit(ref, kind, faults) })
  yield
  const { resourceVersion: _, managedFields: __, ...metadata } = current?.metadata ?? {}
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
    const conflicts = subresource === 'scale' ? conflictsOfScale(applied.conflicts) : applied.conflicts
    if (conflicts.length > 0) return E.left(serverSideApply.applyConflict(conflicts))
    yield
    const decoded = yield* decodeValueInSteps(kind, applied.object, { fieldValidation: 'Ignore' })
    if (E.isLeft(decoded)) return decoded
    return E.right({
      object: decoded.right.object,
      managedFields: serverSideApply.writeManagedFields(applied.owners),
    })
  } catch (error) {
    if (error instanceof serverSideApply.UnfitValue)
      return E.left({ tag: 'BadRequest', message: misfit(ref, kind, [error.message]) })
    throw error
  }
}

/** Of `scale`: what is owned is the object's number of replicas, what comes of it is its Scale. */
function* scaleMergedWith(
  command: ApplyCommand,
  patch: Configuration,
  current: Stored<KubernetesObject> | undefined,
  context: OwningContext,
): Steps<Either<Refusal, Merged>> {
  const { kind, ref } = command
  const faults = serverSideApply.unfit(serverSideApply.mergeTypeOf(scaleForm.schema), patch.body)
  if (faults.length > 0) return E.left({ tag: 'BadRequest', message: misfit(ref, scaleForm, faults) })
  const body = scaledConfiguration(kind, patch.body)
  if (E.isLeft(body)) return body
  const merged = yield* mergedWith(command, { ...patch, body: body.right }, current, context)
  return E.map(({ object, managedFields }: Merged): Merged => ({
    object: scaleOf(kind, object) ?? object,
    managedFields,
  }))(merged)
}

/** As Kubernetes says it, though with 400 instead of 500: it is the configuration's fault. */
const misfit = ({ namespace, name }: ObjectRef, form: Decodable, faults: readonly string[]): string => {
  const version = form.group === '' ? `/${form.version}` : groupVersion(form)
  return `failed to create typed patch object (${namespace}/${name}; ${version}, Kind=${form.kind}): ${serverSideApply.unfitText(faults)}`
}
