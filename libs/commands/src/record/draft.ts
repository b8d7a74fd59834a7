import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KubernetesObject, Stored } from '@periplus/api'
import type { EventType } from '@periplus/log'
import type { AdmissionContext, AdmissionPlugin, AdmissionRefusal } from '../admission/plugin.ts'
import { admit, mutate, warningsOf } from '../admission/chain.ts'
import { candidateOf } from '../candidate/candidate-of.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { Command } from '../command.ts'
import type { Guard } from '../commands.ts'
import type { Known } from '../state/known.ts'
import { withDefaults } from '../validation/defaults.ts'
import { validate } from '../validation/validate.ts'
import { classify } from './classify.ts'
import { readAs } from './versions.ts'

/** A command carried through everything but the append. */
export interface Draft {
  readonly candidate: Candidate
  /** `undefined`: the command changes nothing. */
  readonly type: EventType | undefined
  /** The object after the command, in the form of the command's version. */
  readonly next: KubernetesObject
  /** What the caller is told besides. */
  readonly warnings: readonly string[]
}

/** The write path before the log, step by step; pure over the cut. */
export const draft = (
  command: Command,
  known: Known,
  plugins: readonly AdmissionPlugin[],
  context: AdmissionContext,
  guard?: Guard,
): Either<AdmissionRefusal, Draft> => {
  const current: Stored<KubernetesObject> | undefined = known.object && readAs(command.kind, known.object)

  const built = candidateOf(command, current, context)
  if (E.isLeft(built)) return E.left({ refusal: built.left })
  if (built.right.operation === 'delete') return checked(built.right, plugins, context, guard)

  const defaulted = withDefaults(built.right)
  const mutated = mutate(plugins, defaulted, context)
  if (E.isLeft(mutated)) return mutated
  // What a plugin put in has defaults too.
  const complete = mutated.right === defaulted ? defaulted : withDefaults(mutated.right)

  const broken = validate(complete)
  if (broken) return E.left({ refusal: broken })
  return checked(complete, plugins, context, guard)
}

/** What the kind itself says of what a client writes. */
const ownWarnings = ({ kind, operation, subresource, next, previous }: Candidate): readonly string[] =>
  operation === 'delete' || subresource !== undefined ? [] : (kind.warnings?.(next, previous) ?? [])

const checked = (
  candidate: Candidate,
  plugins: readonly AdmissionPlugin[],
  context: AdmissionContext,
  guard: Guard | undefined,
): Either<AdmissionRefusal, Draft> => {
  const refused = admit(plugins, candidate, context)
  if (refused) return E.left(refused)
  const forbidden = guard?.(candidate)
  if (forbidden) return E.left({ refusal: forbidden })
  const warnings = [...ownWarnings(candidate), ...warningsOf(plugins, candidate, context)]
  const classified = classify(candidate)
  return E.right(
    classified.tag === 'Nothing'
      ? { candidate, warnings, type: undefined, next: candidate.next }
      : { candidate, warnings, type: classified.type, next: classified.next },
  )
}
