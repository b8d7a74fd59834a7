import { E, inSteps, inTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { needsConversion, refOf } from '@periplus/api'
import type { Kind, KubernetesObject, ObjectRef, Refusal } from '@periplus/api'
import type { EventType } from '@periplus/log'
import type { AdmissionRefusal, Companion } from '../admission/plugin.ts'
import { candidateOf } from '../candidate/candidate-of.ts'
import type { Candidate } from '../candidate/candidate.ts'
import type { Command } from '../command.ts'
import type { Guard } from '../commands.ts'
import { classify } from '../record/classify.ts'
import type { Known } from '../state/known.ts'
import type { AdmissionNote } from '../admission/note.ts'
import { storeAs } from '../record/versions.ts'
import { defaulted } from '../validation/defaults.ts'
import type { Attempt, InVersion, Stage, StageContext, Verdict } from './stage.ts'

/** An object as a command is about to write it. */
export interface DraftOf {
  readonly command: Command
  readonly ref: ObjectRef
  /** What it builds on. */
  readonly known: Known
  readonly candidate: Candidate
  /** `undefined`: the command changes nothing. */
  readonly type: EventType | undefined
  /** The object after the command, in the form of the command's version. */
  readonly next: KubernetesObject
  /** The same in the form of the log. */
  readonly stored: KubernetesObject
  /** What its event tells of those who were asked from outside. */
  readonly notes: readonly AdmissionNote[]
}

/** A command carried through everything but the append. */
export interface Draft extends DraftOf {
  /** What is written besides. Nothing, where the command changes nothing. */
  readonly companions: readonly (DraftOf & { readonly type: EventType })[]
  readonly warnings: readonly string[]
}

/** The object that a command is about; its name is empty while that is still to be generated. */
export const refOfCommand = (command: Command): ObjectRef => {
  if (command.verb === 'patch' || command.verb === 'delete') return command.ref
  const { name = '', namespace = '' } = command.object.metadata ?? {}
  return refOf(command.kind, namespace, name)
}

type Drafted = Either<AdmissionRefusal, Draft>

/** What may be there at once, as most of the time, or has to be waited for. */
type Soon<A> = A | Promise<A>

const then = <A, B>(soon: Soon<A>, next: (value: A) => Soon<B>): Soon<B> =>
  soon instanceof Promise ? soon.then(next) : next(soon)

/**
 * The write path before the log: the candidate through all stages, then those of what is written besides. Where no stage waits,
 * and the turn is not over, the answer is there at once.
 */
export const draft = (
  stages: readonly Stage[],
  command: Command,
  known: Known,
  context: StageContext,
  guard?: Guard,
): Soon<Drafted> => {
  const drafted = (attempt: Attempt): Soon<Drafted> => {
    const { companions, warnings } = attempt
    return then(classified(attempt, known), (own): Soon<Drafted> => {
      if (E.isLeft(own)) return own
      if (own.right.type === undefined || companions.length === 0)
        return E.right({ ...own.right, companions: [], warnings })
      return draftCompanions(stages, companions, context).then(others =>
        E.isLeft(others) ? others : E.right({ ...own.right, companions: others.right, warnings }),
      )
    })
  }
  return then(runStages(stages, command, known, context, guard), verdict => {
    if (E.isLeft(verdict)) return verdict
    return inTurn(context.turn, () => drafted(verdict.right))
  })
}

const runStages = (
  stages: readonly Stage[],
  command: Command,
  known: Known,
  context: StageContext,
  guard: Guard | undefined,
): Soon<Verdict> => {
  const shown = known.object ? context.inVersion(command.kind, known.object) : E.right(undefined)
  return then(shown, (found): Soon<Verdict> => {
    if (E.isLeft(found)) return found
    const current = found.right as Attempt['current']
    const begun = (built: Either<Refusal, Candidate>): Soon<Verdict> => {
      if (E.isLeft(built)) return E.left({ refusal: built.left })
      const nothing = { companions: [], warnings: [], notes: [] }
      return through(stages, { command, current, context, guard, candidate: built.right, ...nothing })
    }
    return inTurn(context.turn, () => then(candidateOf(command, current, context), begun))
  })
}

/** Goes on from stage to stage until one waits, for most wait for nobody, or the turn is over, for a large object's are long. */
const through = (stages: readonly Stage[], given: Attempt): Soon<Verdict> => {
  let attempt = given
  for (const [i, stage] of stages.entries()) {
    const verdict = inTurn(attempt.context.turn, () => stage(attempt))
    if (verdict instanceof Promise)
      return verdict.then(passed => (E.isLeft(passed) ? passed : through(stages.slice(i + 1), passed.right)))
    if (E.isLeft(verdict)) return verdict
    attempt = verdict.right
  }
  return E.right(attempt)
}

const classified = (
  { command, candidate, notes, context }: Attempt,
  known: Known,
): Soon<Either<AdmissionRefusal, DraftOf>> =>
  then(inSteps(context.turn, classify(candidate)), said => {
    const { type, next } = said.tag === 'Nothing' ? { type: undefined, next: candidate.next } : said
    return then(storedForm(command.kind, next, context), stored =>
      E.isLeft(stored)
        ? stored
        : E.right({ command, ref: refOfCommand(command), known, candidate, type, next, stored: stored.right, notes }),
    )
  })

/** An object of `kind`'s version in the form that the log holds, with what only that form has filled in. */
const storedForm = (
  kind: Kind,
  object: KubernetesObject,
  { kinds, inVersion }: StageContext,
): ReturnType<InVersion> => {
  if (kind.stored) return E.right(object)
  const stored = kinds().stored(kind.group, kind.resource)
  return stored && needsConversion(stored, object)
    ? then(
        inVersion(stored, object),
        E.map(one => defaulted(stored, one)),
      )
    : E.right(storeAs(kind, object, kinds))
}

const draftCompanions = async (
  stages: readonly Stage[],
  companions: readonly Companion[],
  context: StageContext,
): Promise<Either<AdmissionRefusal, Draft['companions']>> => {
  const drafts: Draft['companions'][number][] = []
  for (const { command, touches } of companions) {
    const known = context.known(refOfCommand(command))
    const attempted = await runStages(stages, command, known, { ...context, isCompanion: true }, undefined)
    if (E.isLeft(attempted)) return attempted
    if (attempted.right.companions.length > 0) throw new Error('what is written besides brought more with it')
    const drafted = await classified(attempted.right, known)
    if (E.isLeft(drafted)) return drafted
    const one = drafted.right
    const type = one.type ?? (touches ? 'status-changed' : undefined)
    if (type !== undefined) drafts.push({ ...one, type })
  }
  return E.right(drafts)
}
