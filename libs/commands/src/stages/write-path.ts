import { E, inSteps } from '@periplus/prelude'
import type { Steps } from '@periplus/prelude'
import { admit, mutate, notesOf, warningsOf } from '../admission/chain.ts'
import { mutatingWebhooks } from '../webhooks/mutating.ts'
import { validatingWebhooks } from '../webhooks/stages.ts'
import { mutatingAdmissionPolicies } from '../policies/mutating.ts'
import { validatingAdmissionPolicies } from '../policies/validating.ts'
import { withDefaults } from '../validation/defaults.ts'
import { validate } from '../validation/validate.ts'
import { companions } from './companions.ts'
import { disruptionBudget } from './disruption-budget.ts'
import { fieldOwnership } from './field-ownership.ts'
import { mutation } from './mutation.ts'
import type { Attempt, Stage, Verdict } from './stage.ts'
import { vacancy } from './vacancy.ts'

/** A stage that deletions pass as they are. */
const ofWrites =
  (stage: Stage): Stage =>
  attempt =>
    attempt.candidate.operation === 'delete' ? E.right(attempt) : stage(attempt)

const defaults: Stage = attempt => inSteps(attempt.context.turn, filledIn(attempt))

function* filledIn(attempt: Attempt): Steps<Verdict> {
  const candidate = yield* withDefaults(attempt.candidate)
  return E.right(candidate === attempt.candidate ? attempt : { ...attempt, candidate })
}

const mutatingAdmission: Stage = attempt => {
  const mutated = mutate(attempt.context.plugins, attempt.candidate, attempt.context)
  if (E.isLeft(mutated)) return mutated
  if (mutated.right === attempt.candidate) return E.right(attempt)
  // What a plugin put in has defaults too.
  return defaults({ ...attempt, candidate: mutated.right })
}

const validation: Stage = attempt => inSteps(attempt.context.turn, validated(attempt))

function* validated(attempt: Attempt): Steps<Verdict> {
  const refusal = yield* validate(attempt.candidate)
  return refusal ? E.left({ refusal }) : E.right(attempt)
}

const validatingAdmission: Stage = attempt => {
  const refused = admit(attempt.context.plugins, attempt.candidate, attempt.context)
  return refused ? E.left(refused) : E.right(attempt)
}

const guard: Stage = attempt => {
  const refusal = attempt.guard?.(attempt.candidate)
  return refusal ? E.left({ refusal }) : E.right(attempt)
}

const besides: Stage = attempt => {
  const { candidate, context } = attempt
  const told = [...ownWarnings(attempt), ...warningsOf(context.plugins, candidate, context)]
  const noted = notesOf(context.plugins, candidate, context)
  if (told.length + noted.length === 0) return E.right(attempt)
  return E.right({ ...attempt, warnings: [...attempt.warnings, ...told], notes: [...attempt.notes, ...noted] })
}

/** What the kind itself says of what a client writes. */
const ownWarnings = ({ candidate: { kind, operation, subresource, next, previous } }: Attempt): readonly string[] => {
  if (operation === 'delete') return []
  if (subresource === 'status') return kind.statusWarnings?.(next) ?? []
  return subresource === undefined ? (kind.warnings?.(next, previous) ?? []) : []
}

/**
 * The write path between the candidate, which `draft` makes of the object as it is, and the event, which it makes of what comes
 * out. In Kubernetes' order.
 */
export const writePath: readonly Stage[] = [
  ofWrites(defaults),
  ofWrites(fieldOwnership),
  mutation(ofWrites(mutatingAdmission), mutatingAdmissionPolicies, mutatingWebhooks),
  ofWrites(validation),
  validatingAdmission,
  guard,
  validatingAdmissionPolicies,
  validatingWebhooks,
  disruptionBudget,
  companions,
  besides,
  vacancy,
]
