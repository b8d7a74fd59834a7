import { E, inSteps, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { applyJsonPatch, decodeValue, parseJson, statusOf } from '@periplus/api'
import type { Decodable, KubernetesObject, Refusal } from '@periplus/api'
import { Binding, Eviction, Scale } from '@periplus/kinds'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import { candidateOf } from '../candidate/candidate-of.ts'
import { withMeta } from '../candidate/json.ts'
import type { Command } from '../command.ts'
import type { Attempt } from '../stages/stage.ts'
import { withDefaults } from '../validation/defaults.ts'
import { converted } from './in-form.ts'

/** `NoPatch`: the webhook failed, and its policy applies; `Broken`: what it makes of the object cannot be. */
export type PatchFault =
  { readonly tag: 'NoPatch'; readonly message: string } | { readonly tag: 'Broken'; readonly why: AdmissionRefusal }

const broken = (message: string): Either<PatchFault, never> =>
  E.left({ tag: 'Broken', why: { refusal: { tag: 'InternalError', message } } })

const brokenBy = (refusal: Refusal): Either<PatchFault, never> => broken(statusOf(refusal).message ?? '')

const bodies: Readonly<Record<string, Decodable<KubernetesObject>>> = {
  scale: { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: Scale },
  binding: Binding,
  eviction: { group: 'policy', version: 'v1', kind: 'Eviction', schema: Eviction },
}

const formOf = ({ subresource, kind }: AdmissionRequest): Decodable<KubernetesObject> =>
  own(bodies, subresource) ?? kind

/** The object of a request after a webhook's patch, in the form in which the webhook was asked. */
const afterPatch = (
  webhook: string,
  invoked: AdmissionRequest,
  patch: string,
): Either<PatchFault, KubernetesObject | undefined> => {
  const parsed = parseJson(patch)
  if (E.isLeft(parsed) || !Array.isArray(parsed.right.value)) {
    const why = E.isLeft(parsed) ? parsed.left : 'it is no list'
    return E.left({ tag: 'NoPatch', message: `received undecodable patch in webhook response: ${why}` })
  }
  if (parsed.right.value.length === 0) return E.right(undefined)
  if (!invoked.object)
    return broken(
      `admission webhook ${JSON.stringify(webhook)} attempted to modify the object, which is not supported for this operation`,
    )
  const patched = applyJsonPatch(invoked.object, parsed.right.value)
  if (E.isLeft(patched)) return brokenBy(patched.left)
  const decoded = decodeValue(formOf(invoked), patched.right, { fieldValidation: 'Ignore' })
  return E.isLeft(decoded) ? brokenBy(decoded.left) : E.right(decoded.right.object)
}

/** The command that asks for just this object. */
const commandFor = ({ command, candidate }: Attempt, object: KubernetesObject): Command => {
  const { kind, operation, subresource } = candidate
  const manager =
    command.verb === 'delete' || command.fieldManager === undefined ? {} : { fieldManager: command.fieldManager }
  const said = { kind, object, ...manager, ...(command.dryRun ? { dryRun: true } : {}) }
  if (operation === 'create') return { verb: 'create', ...said }
  const part = candidate.isEviction ? 'eviction' : subresource
  return { verb: 'update', ...said, ...(part === undefined ? {} : { subresource: part }) }
}

/** The attempt with another object, as if the client had sent that: what no client may choose stays as it is. */
const withObject = async (attempt: Attempt, object: KubernetesObject): Promise<Either<PatchFault, Attempt>> => {
  const { candidate, current, context } = attempt
  const { ref, next, isApplied } = candidate
  const { name, namespace = '' } = object.metadata ?? {}
  if (name !== ref.name || namespace !== ref.namespace)
    return broken('metadata.name and metadata.namespace are immutable')
  const command = commandFor(attempt, object)
  const built = await candidateOf(command, command.verb === 'create' ? undefined : current, context)
  if (E.isLeft(built)) return E.left({ tag: 'Broken', why: { refusal: built.left } })
  const { uid, creationTimestamp, managedFields } = next.metadata ?? {}
  const kept = withMeta(built.right.next, { uid, creationTimestamp, managedFields })
  const whole = await inSteps(
    context.turn,
    withDefaults({ ...built.right, next: kept, ...(isApplied ? { isApplied } : {}) }),
  )
  // Of a Binding and an Eviction the command alone knows.
  return E.right({ ...attempt, candidate: whole, ...(attempt.command.verb === 'update' ? { command } : {}) })
}

/** The attempt after a webhook's patch; the very same where the patch is empty. */
export const patchedBy = async (
  webhook: string,
  attempt: Attempt,
  invoked: AdmissionRequest,
  patch: string,
): Promise<Either<PatchFault, Attempt>> => {
  const after = afterPatch(webhook, invoked, patch)
  if (E.isLeft(after)) return after
  if (!after.right) return E.right(attempt)
  const { kind } = attempt.candidate
  if (Object.hasOwn(bodies, invoked.subresource)) return withObject(attempt, after.right)
  const object = await converted(after.right, invoked.kind, kind, attempt.context)
  return E.isLeft(object) ? E.left({ tag: 'Broken', why: object.left }) : withObject(attempt, object.right)
}
