import { E, inSteps } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { messageOf } from '@periplus/api'
import type { Kind, KubernetesObject } from '@periplus/api'
import { matchedKind } from '../admission/criteria.ts'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import { withObject } from '../admission/with-object.ts'
import { requestOf } from '../stages/mutation.ts'
import type { Mutator, Mutators } from '../stages/mutation.ts'
import type { Attempt } from '../stages/stage.ts'
import { inForm } from '../webhooks/in-form.ts'
import { inputOf } from './input.ts'
import { paramsOf } from './params.ts'
import { patchObject } from './patch-object.ts'
import { mutatingPolicies } from './policies.ts'
import type { Binding, BoundMutation, Policy } from './policies.ts'
import { isForPolicies } from './subjects.ts'

type Bound = Policy<BoundMutation>

/** One policy, bound, with one of its parameters, about one version of a request's resource. */
interface Invocation {
  readonly policy: Bound
  readonly binding: Binding
  readonly param: KubernetesObject | undefined
  readonly kind: Kind
}

type Found = Either<AdmissionRefusal, readonly Invocation[]>

const none: Found = E.right([])

/** What a client is told whose request cannot be mutated; `undefined` where the policy is to ignore that. */
const refusalBy = (
  policy: Bound,
  binding: Binding | undefined,
  { kind: { group, resource }, name }: AdmissionRequest,
  why: string,
  reason: 'Forbidden' | 'Invalid',
): AdmissionRefusal | undefined => {
  if (policy.failsOpen) return undefined
  const by = binding
    ? `policy '${policy.name}' with binding '${binding.name}'`
    : `policy ${JSON.stringify(policy.name)}`
  const message = `${by} denied request: ${why}`
  const details = { name, group, kind: resource, causes: [{ message }] }
  return { refusal: { tag: 'DeniedByAdmission', code: 403, reason, message, details } }
}

const unless = (refusal: AdmissionRefusal | undefined): Found => (refusal ? E.left(refusal) : none)

const ofPolicy = (policy: Bound, request: AdmissionRequest, attempt: Attempt): Found => {
  const { context } = attempt
  const kind = matchedKind(policy.criteria, request, context, context.kinds())
  if (E.isLeft(kind))
    return unless(
      refusalBy(policy, undefined, request, `failed to configure policy: ${messageOf(kind.left)}`, 'Forbidden'),
    )
  const { right } = kind
  return right
    ? together(policy.bindings.map(one => ofBinding({ policy, binding: one, kind: right }, request, attempt)))
    : none
}

const ofBinding = (bound: Omit<Invocation, 'param'>, request: AdmissionRequest, { context }: Attempt): Found => {
  const { policy, binding } = bound
  const misconfigured = (why: string): Found =>
    unless(refusalBy(policy, binding, request, `failed to configure binding: ${why}`, 'Forbidden'))
  const matched = binding.criteria ? matchedKind(binding.criteria, request, context, context.kinds()) : E.right(true)
  if (E.isLeft(matched)) return misconfigured(messageOf(matched.left))
  if (!matched.right) return none
  const params = paramsOf(policy.paramKind, binding.paramRef, request.namespace, context)
  return E.isLeft(params) ? misconfigured(params.left) : E.right(params.right.map(param => ({ ...bound, param })))
}

const together = (found: readonly Found[]): Found =>
  E.map((all: readonly (readonly Invocation[])[]) => all.flat())(E.sequenceArray(found))

const run = async (
  { policy, binding, kind, param }: Invocation,
  attempt: Attempt,
): Promise<Either<AdmissionRefusal, Attempt | undefined>> => {
  const { context } = attempt
  const made = requestOf(attempt)
  const form = await inForm(made, kind, context)
  if (E.isLeft(form)) return form
  const shown = form.right
  const fails = (why: string): AdmissionRefusal | undefined => refusalBy(policy, binding, made, why, 'Invalid')
  const inputWith = (object: KubernetesObject | undefined) =>
    inputOf({ ...shown, object }, made, context, context.authorize, param)
  const { matches, mutators } = policy.evaluate()
  const matched = await inSteps(context.turn, matches(inputWith(shown.object)))
  const refusal = matched.tag === 'Failed' ? fails(matched.message) : undefined
  if (refusal) return E.left(refusal)
  if (matched.tag !== 'Matches') return E.right(undefined)
  let { object } = shown
  for (const mutator of mutators()) {
    if (!object) break
    const patch = await inSteps(context.turn, mutator(inputWith(object)))
    const next = E.isLeft(patch)
      ? E.left({ tag: 'Failed', message: patch.left } as const)
      : patchObject(shown, object, patch.right)
    if (E.isRight(next)) object = next.right
    else if (next.left.tag === 'Broken') return E.left({ refusal: next.left.why })
    else {
      const denied = fails(next.left.message)
      if (denied) return E.left(denied)
    }
  }
  return !object || object === shown.object ? E.right(attempt) : withObject(attempt, shown, object)
}

const mutatorOf = (invocation: Invocation): Mutator => {
  const { policy, binding, param } = invocation
  const { name = '', namespace = '' } = param?.metadata ?? {}
  return {
    id: JSON.stringify([policy.name, binding.name, namespace, name]),
    isReinvoked: policy.evaluate().isReinvoked,
    run: attempt => run(invocation, attempt),
  }
}

/** The mutating policies that bindings put to work, one mutator for each parameter. Deletions have nothing to change. */
export const mutatingAdmissionPolicies: Mutators = {
  areThere: ({ context, candidate }) =>
    mutatingPolicies(context.cut).length > 0 && candidate.operation !== 'delete' && isForPolicies(candidate.kind),
  of: attempt => {
    const request = requestOf(attempt)
    const found = together(mutatingPolicies(attempt.context.cut).map(policy => ofPolicy(policy, request, attempt)))
    return E.map((all: readonly Invocation[]) => all.map(mutatorOf))(found)
  },
}
