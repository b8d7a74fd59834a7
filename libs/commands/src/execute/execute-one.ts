import { refOf } from '@periplus/api'
import type { ObjectRef, Refusal } from '@periplus/api'
import type { Origin } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { AdmissionContext } from '../admission/plugin.ts'
import { generatedName } from '../candidate/create.ts'
import { refuse } from '../candidate/refuse.ts'
import type { Command, Outcome } from '../command.ts'
import type { Guard } from '../commands.ts'
import { draft } from '../record/draft.ts'
import type { Draft } from '../record/draft.ts'
import type { Known } from '../state/known.ts'
import { appears } from './appears.ts'
import { confirm } from './confirm.ts'
import { done } from './engine.ts'
import type { Attempt, Engine, Step } from './engine.ts'
import { randomOf } from './random-of.ts'
import { write } from './write.ts'

/** Each lost race means that somebody else's command went through, so this many in a row is somebody else's bug. */
const mostAttempts = 64

/**
 * One command, as often as it takes: on what this process knows, and where that turns out to be old, on what the log has. No
 * refusal, and no "nothing changed", rests on a cut that may lag: those are checked against the log first.
 */
export const executeOne = async (
  engine: Engine,
  given: Command,
  origin: Origin,
  id: string,
  guard?: Guard,
): Promise<Either<Refusal, Outcome>> => {
  let fresh: Known | undefined
  let waited = false
  let names = 0
  for (let tries = 0; tries < mostAttempts; tries++) {
    const context = contextOf(engine, origin, `${id}/${names}`)
    const command = named(given, context)
    const ref = refOfCommand(command)
    const known = fresh ?? engine.recent.known(ref)
    const attempt: Attempt = { engine, id, command, ref, known, isFresh: fresh !== undefined, context }
    const drafted = draft(command, known, engine.admission, context, guard)

    if (E.isLeft(drafted) && drafted.left.awaits && !waited) {
      waited = true
      const patience = Math.min(drafted.left.patience ?? Infinity, engine.admissionPatience)
      if (await appears(engine.cut, drafted.left.awaits, engine.clock, patience)) continue
      return E.left(drafted.left.refusal)
    }
    const step = E.isLeft(drafted)
      ? await confirm(attempt, E.left(drafted.left.refusal))
      : await take(attempt, drafted.right)
    if (step.tag === 'Done') return E.isLeft(drafted) ? step.result : warned(step.result, drafted.right)
    if (step.tag === 'Rename') names++
    fresh = step.tag === 'Again' ? step.known : undefined
  }
  return refuse.modified(given.kind, refOfCommand(given).name)
}

const warned = (result: Either<Refusal, Outcome>, { warnings }: Draft): Either<Refusal, Outcome> =>
  E.isLeft(result) || warnings.length === 0 ? result : E.right({ ...result.right, warnings })

const take = async (attempt: Attempt, drafted: Draft): Promise<Step> => {
  const { candidate, type, next } = drafted
  const { sequence } = attempt.known
  if (type === undefined) {
    const object = candidate.previous ?? next
    return confirm(attempt, E.right({ object, sequence, changed: false, deleted: false }))
  }
  if (attempt.command.dryRun)
    return done(E.right({ object: next, sequence, changed: false, deleted: type === 'deleted' }))
  return write(attempt, drafted, type)
}

const contextOf = (engine: Engine, origin: Origin, text: string): AdmissionContext => ({
  cut: engine.cut,
  origin,
  now: engine.clock.now(),
  random: randomOf(text),
  newId: engine.newId,
})

/** The command with the name that the object is to have. */
const named = (command: Command, context: AdmissionContext): Command => {
  if (command.verb !== 'create') return command
  const { name, generateName } = command.object.metadata ?? {}
  if (name || !generateName) return command
  const metadata = { ...command.object.metadata, name: generatedName(generateName, context) }
  return { ...command, object: { ...command.object, metadata } }
}

const refOfCommand = (command: Command): ObjectRef => {
  if (command.verb === 'patch' || command.verb === 'delete') return command.ref
  const { name = '', namespace = '' } = command.object.metadata ?? {}
  return refOf(command.kind, namespace, name)
}
