import type { Refusal } from '@periplus/api'
import type { Origin } from '@periplus/log'
import { E, inTurn } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { generatedName } from '../candidate/create.ts'
import { refuse } from '../candidate/refuse.ts'
import type { Command, Outcome } from '../command.ts'
import { draft, refOfCommand } from '../stages/draft.ts'
import type { Draft } from '../stages/draft.ts'
import { toldBesides } from './told-besides.ts'
import type { StageContext } from '../stages/stage.ts'
import { writePath } from '../stages/write-path.ts'
import { keyOf } from '../state/known.ts'
import type { Known } from '../state/known.ts'
import { recentOfCommand } from '../state/recent.ts'
import { appears, reaches } from './appears.ts'
import { confirm } from './confirm.ts'
import { askFirst, done } from './engine.ts'
import type { Engine, Step, Try } from './engine.ts'
import { randomOf } from './random-of.ts'
import { versionsBy } from '../webhooks/in-version.ts'
import type { Asked, Session } from './session.ts'
import { write } from './write.ts'

/** Each lost race means that somebody else's command went through, so this many in a row is somebody else's bug. */
const mostAttempts = 64

/** Kubernetes generates so many names for an object before it gives up. */
const mostNames = 8

/**
 * One command, as often as it takes: on what this process knows, and where that turns out to be old, on what the log has. No
 * refusal, and no "nothing changed", rests on a cut that may lag: those are checked against the log first.
 */
export const executeOne = async (
  shared: Engine,
  { command: given, origin, id, guard, session }: Asked,
): Promise<Either<Refusal, Outcome> | typeof askFirst> => {
  const engine = { ...shared, recent: recentOfCommand(shared.recent) }
  let fresh: Known | undefined
  let waited = false
  let names = 0
  for (let tries = 0; tries < mostAttempts; tries++) {
    const context = contextOf(engine, origin, `${id}/${names}`, session)
    const command = named(given, context)
    const ref = refOfCommand(command)
    const known = fresh ?? engine.recent.known(ref)
    const isFresh = fresh !== undefined
    const one: Try = { engine, id, command, ref, known, isFresh, context, nameIsGenerated: command !== given }
    const drafting = inTurn(engine.turn, () => draft(writePath, command, known, context, guard))
    const drafted = drafting instanceof Promise ? await drafting : drafting

    if (E.isLeft(drafted) && drafted.left.awaits && !waited) {
      waited = true
      const patience = Math.min(drafted.left.patience ?? Infinity, engine.admissionPatience)
      if (await appears(engine.cut, drafted.left.awaits, engine.clock, patience)) continue
      return E.left(drafted.left.refusal)
    }
    if (E.isLeft(drafted) && drafted.left.asksFirst) return askFirst
    const step = E.isLeft(drafted)
      ? await confirm(one, E.left(drafted.left.refusal), drafted.left.restsOn)
      : await inTurn(engine.turn, () => take(one, drafted.right))
    if (step.tag === 'Done') return E.isLeft(drafted) ? step.result : told(step.result, drafted.right)
    if (step.tag === 'Rename' && ++names === mostNames) return step.result
    fresh = step.tag === 'Again' ? step.known : undefined
  }
  return refuse.modified(given.kind, refOfCommand(given).name)
}

const told = (result: Either<Refusal, Outcome>, drafted: Draft): Either<Refusal, Outcome> =>
  E.isLeft(result) ? result : E.right({ ...result.right, ...toldBesides(drafted) })

const take = async (one: Try, drafted: Draft): Promise<Step> => {
  const { candidate, type, next } = drafted
  const { sequence } = one.known
  if (type === undefined) {
    const object = candidate.previous ?? next
    return confirm(one, E.right({ object, sequence, changed: false, deleted: false }))
  }
  if (one.command.dryRun) {
    const created = type === 'created' ? { created: true } : {}
    return done(E.right({ object: next, sequence, changed: false, deleted: type === 'deleted', ...created }))
  }
  return write(one, drafted, type)
}

/** Asks the webhooks about the command as it would be tried now, and keeps their answers for when its turn comes. */
export const rehearse = async (
  engine: Engine,
  { command: given, origin, id, guard, session }: Asked,
): Promise<void> => {
  const context = contextOf(engine, origin, `${id}/0`, session)
  const command = named(given, context)
  session.webhooks.mayAsk = true
  await draft(writePath, command, engine.recent.known(refOfCommand(command)), context, guard)
  session.webhooks.mayAsk = false
}

/** What the stages of one try may know. `text`: what its randomness belongs to. */
export const contextOf = (engine: Engine, origin: Origin, text: string, session: Session): StageContext => ({
  cut: engine.cut,
  origin,
  // What webhooks are asked about is the same at every try.
  now: session.webhooks.askedAt ?? engine.clock.now(),
  random: randomOf(text),
  newId: session.newIds(),
  requester: session.requester,
  inVersion: versionsBy(engine.convert, session.webhooks, engine.clock),
  webhooks: engine.webhooks && {
    ...engine.webhooks,
    clock: engine.clock,
    newId: engine.newId,
    session: session.webhooks,
  },
  known: knownOnce(engine),
  reached: sequence => reaches(engine.cut, sequence, engine.clock, engine.admissionPatience),
  kinds: () => engine.kindsAt(engine.cut),
  plugins: engine.admission,
  ...(engine.authorize ? { authorize: engine.authorize } : {}),
  ...(engine.turn ? { turn: engine.turn } : {}),
})

/** Each object as it was when the try first asked for it. */
const knownOnce = ({ recent }: Engine): StageContext['known'] => {
  let asked: Map<string, Known> | undefined
  return ref => {
    asked ??= new Map()
    const key = keyOf(ref)
    const found = asked.get(key) ?? recent.known(ref)
    asked.set(key, found)
    return found
  }
}

/** The command with the name that the object is to have. */
export const named = (command: Command, context: StageContext): Command => {
  if (command.verb !== 'create') return command
  const { name, generateName } = command.object.metadata ?? {}
  if (name || !generateName) return command
  const metadata = { ...command.object.metadata, name: generatedName(generateName, context) }
  return { ...command, object: { ...command.object, metadata } }
}
