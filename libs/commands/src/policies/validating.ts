import { E, inSteps } from '@periplus/prelude'
import type { Either, Steps } from '@periplus/prelude'
import { messageOf, toJson } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { PolicyDenial, PolicyVerdict, ValidatingPolicy } from '@periplus/cel'
import { matchedKind } from '../admission/criteria.ts'
import { admissionRequestOf } from '../admission/request.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import type { AdmissionNote } from '../admission/note.ts'
import type { AdmissionRefusal } from '../admission/plugin.ts'
import type { Stage, StageContext, Verdict } from '../stages/stage.ts'
import { inForm } from '../webhooks/in-form.ts'
import { denied } from './denied.ts'
import { inputOf } from './input.ts'
import { isForPolicies } from './subjects.ts'
import { paramsOf } from './params.ts'
import { validatingPolicies } from './policies.ts'
import type { Binding, Policy } from './policies.ts'

type Bound = Policy<ValidatingPolicy>

/** What policies have said so far. */
interface Said {
  denial: Refusal | undefined
  readonly warnings: string[]
  readonly notes: AdmissionNote[]
}

/** What they say of a request that none of them denies. */
export type Judgement = Either<AdmissionRefusal, Pick<Said, 'warnings' | 'notes'>>

/** Evaluates every policy that a binding puts to work. Nothing is asked of anybody, so most requests wait for nobody. */
export const validateByPolicies = (
  request: AdmissionRequest,
  context: StageContext,
): Judgement | Promise<Judgement> => {
  const said: Said = { denial: undefined, warnings: [], notes: [] }
  return isForPolicies(request.kind) ? through(validatingPolicies(context.cut), request, context, said) : E.right(said)
}

/** The same of a write. */
export const validatingAdmissionPolicies: Stage = attempt => {
  const { command, candidate, context } = attempt
  if (validatingPolicies(context.cut).length === 0) return E.right(attempt)
  const judged = validateByPolicies(admissionRequestOf(command, candidate, context.requester), context)
  const told = (judgement: Judgement): Verdict => {
    if (E.isLeft(judgement)) return judgement
    const { warnings, notes } = judgement.right
    if (warnings.length === 0 && notes.length === 0) return E.right(attempt)
    return E.right({
      ...attempt,
      warnings: [...attempt.warnings, ...warnings],
      notes: [...attempt.notes, ...notes],
    })
  }
  return judged instanceof Promise ? judged.then(told) : told(judged)
}

/** At once, as long as no policy asks for another version of the object and the turn is not over. */
const through = (
  policies: readonly Bound[],
  request: AdmissionRequest,
  context: StageContext,
  said: Said,
): Judgement | Promise<Judgement> => {
  for (const [i, policy] of policies.entries()) {
    const done = byPolicy(policy, request, context, said)
    if (done instanceof Promise) return done.then(() => through(policies.slice(i + 1), request, context, said))
  }
  return said.denial ? E.left({ refusal: said.denial }) : E.right(said)
}

const byPolicy = (
  policy: Bound,
  request: AdmissionRequest,
  context: StageContext,
  said: Said,
): void | Promise<void> => {
  const kind = matchedKind(policy.criteria, request, context, context.kinds())
  const misconfigured = (why: string): void =>
    deny(said, policy, undefined, request, `failed to configure policy: ${why}`)
  if (E.isLeft(kind)) return misconfigured(messageOf(kind.left))
  const inForms = (form: AdmissionRequest): void | Promise<void> =>
    inSteps(context.turn, byBindings(policy, form, request, context, said))
  if (kind.right === request.kind) return inForms(request)
  if (!kind.right) return
  return inForm(request, kind.right, context).then(form =>
    E.isLeft(form) ? misconfigured(messageOf(form.left.refusal)) : inForms(form.right),
  )
}

/** The first denial is told. */
const deny = (
  said: Said,
  policy: Bound,
  binding: Binding | undefined,
  request: AdmissionRequest,
  message: string,
  reason?: string,
): void => {
  if (reason === undefined && policy.failsOpen) return
  said.denial ??= denied('ValidatingAdmissionPolicy', policy.name, binding?.name, request, message, reason ?? 'Invalid')
}

/** A binding may have thousands of parameters, which whoever may write them makes. */
function* byBindings(
  policy: Bound,
  request: AdmissionRequest,
  made: AdmissionRequest,
  context: StageContext,
  said: Said,
): Steps<void> {
  for (const binding of policy.bindings) {
    const matched: Either<Refusal, unknown> = binding.criteria
      ? matchedKind(binding.criteria, made, context, context.kinds())
      : E.right(true)
    if (E.isLeft(matched)) deny(said, policy, binding, made, `failed to configure binding: ${messageOf(matched.left)}`)
    if (E.isLeft(matched) || !matched.right) continue
    const params = paramsOf(policy.paramKind, binding.paramRef, made.namespace, context)
    if (E.isLeft(params)) {
      deny(said, policy, binding, made, `failed to configure binding: ${params.left}`)
      continue
    }
    const evaluate = policy.evaluate()
    for (const param of params.right)
      concluded(policy, binding, made, yield* evaluate(inputOf(request, made, context, context.authorize, param)), said)
  }
}

/** What a binding makes of its policy's verdict. */
const concluded = (
  policy: Bound,
  binding: Binding,
  made: AdmissionRequest,
  verdict: PolicyVerdict,
  said: Said,
): void => {
  const by = `${policy.name}/${binding.name}`
  for (const denial of verdict.denials) {
    const { message, reason } = denial
    if (binding.actions.includes('Deny')) deny(said, policy, binding, made, message, reason ?? 'Invalid')
    if (binding.actions.includes('Warn'))
      said.warnings.push(
        `Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}': ${message}`,
      )
    if (binding.actions.includes('Audit'))
      said.notes.push({ by, annotations: { [failureKey]: failureText(policy, binding, denial) } })
  }
  for (const fault of verdict.annotationFaults) deny(said, policy, binding, made, fault)
  if (verdict.annotations.length > 0)
    said.notes.push({
      by,
      annotations: Object.fromEntries(verdict.annotations.map(({ key, value }) => [`${policy.name}/${key}`, value])),
    })
}

const failureKey = 'validation.policy.admission.k8s.io/validation_failure'

const failureText = (policy: Bound, binding: Binding, { message, index }: PolicyDenial): string =>
  toJson([
    {
      message,
      policy: policy.name,
      binding: binding.name,
      expressionIndex: index ?? 0,
      validationActions: binding.actions,
    },
  ])
