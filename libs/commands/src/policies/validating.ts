import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { toJson } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { PolicyDenial, PolicyVerdict, ValidatingPolicy } from '@periplus/cel'
import { matchedKind } from '../admission/criteria.ts'
import { admissionRequestOf } from '../admission/request.ts'
import type { AdmissionRequest } from '../admission/request.ts'
import type { Attempt, Stage, Verdict } from '../stages/stage.ts'
import type { AdmissionNote } from '../webhooks/webhook-admission.ts'
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

/** Evaluates every policy that a binding puts to work. Nothing is asked of anybody, so most writes wait for nobody. */
export const validatingAdmissionPolicies: Stage = attempt => {
  const policies = validatingPolicies(attempt.context.cut)
  if (policies.length === 0 || !isForPolicies(attempt.candidate.kind)) return E.right(attempt)
  const { command, candidate, context } = attempt
  const request = admissionRequestOf(command, candidate, context.requester)
  const said: Said = { denial: undefined, warnings: [], notes: [] }
  return through(policies, request, attempt, said)
}

/** In one turn, as long as no policy asks for another version of the object. */
const through = (
  policies: readonly Bound[],
  request: AdmissionRequest,
  attempt: Attempt,
  said: Said,
): Verdict | Promise<Verdict> => {
  for (const [i, policy] of policies.entries()) {
    const kind = matchedKind(policy.criteria, request, attempt.context, attempt.context.kinds())
    if (E.isLeft(kind)) deny(said, policy, undefined, request, `failed to configure policy: ${textOf(kind.left)}`)
    else if (kind.right === request.kind) byBindings(policy, request, request, attempt, said)
    else if (kind.right)
      return inForm(request, kind.right, attempt.context).then(form => {
        if (E.isLeft(form))
          deny(said, policy, undefined, request, `failed to configure policy: ${textOf(form.left.refusal)}`)
        else byBindings(policy, form.right, request, attempt, said)
        return through(policies.slice(i + 1), request, attempt, said)
      })
  }
  if (said.denial) return E.left({ refusal: said.denial })
  if (said.warnings.length === 0 && said.notes.length === 0) return E.right(attempt)
  return E.right({
    ...attempt,
    warnings: [...attempt.warnings, ...said.warnings],
    notes: [...attempt.notes, ...said.notes],
  })
}

const textOf = (refusal: Refusal): string => ('message' in refusal && refusal.message ? refusal.message : refusal.tag)

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

const byBindings = (
  policy: Bound,
  request: AdmissionRequest,
  made: AdmissionRequest,
  attempt: Attempt,
  said: Said,
): void => {
  const { context } = attempt
  for (const binding of policy.bindings) {
    const matched: Either<Refusal, unknown> = binding.criteria
      ? matchedKind(binding.criteria, made, context, context.kinds())
      : E.right(true)
    if (E.isLeft(matched)) deny(said, policy, binding, made, `failed to configure binding: ${textOf(matched.left)}`)
    if (E.isLeft(matched) || !matched.right) continue
    const params = paramsOf(policy.paramKind, binding.paramRef, made.namespace, context)
    if (E.isLeft(params)) {
      deny(said, policy, binding, made, `failed to configure binding: ${params.left}`)
      continue
    }
    const evaluate = policy.evaluate()
    for (const param of params.right)
      concluded(policy, binding, made, evaluate(inputOf(request, made, context, context.authorize, param)), said)
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
