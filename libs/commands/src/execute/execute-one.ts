import { E, assertNever } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { refOf } from '@periplus/api'
import type { KindRegistry, ObjectRef, Refusal } from '@periplus/api'
import type { EventLog, NewEvent, Origin } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { AdmissionContext, AdmissionPlugin, AdmissionRefusal } from '../admission/plugin.ts'
import type { Candidate } from '../candidate/candidate.ts'
import { refuse } from '../candidate/refuse.ts'
import { generatedName } from '../candidate/create.ts'
import type { Command, Outcome } from '../command.ts'
import { bodyOf } from '../record/body.ts'
import { draft } from '../record/draft.ts'
import type { Draft } from '../record/draft.ts'
import { readAs, storeAs } from '../record/versions.ts'
import type { Known } from '../state/known.ts'
import { atSequence, objectOf, readLast } from '../state/read-last.ts'
import type { Last } from '../state/read-last.ts'
import type { Recent } from '../state/recent.ts'
import { appears } from './appears.ts'
import { appendPatiently } from './append.ts'
import { randomOf } from './random-of.ts'

/** What carrying out a command takes. */
export interface Engine {
  readonly cut: LiveCut
  readonly log: EventLog
  readonly kinds: KindRegistry
  readonly admission: readonly AdmissionPlugin[]
  readonly clock: Clock
  readonly newId: () => string
  readonly unavailablePatience: number
  readonly admissionPatience: number
  readonly recent: Recent
}

/** Each lost race means that somebody else's command went through, so this many in a row is somebody else's bug. */
const mostAttempts = 64

type Step =
  | { readonly tag: 'Done'; readonly result: Either<Refusal, Outcome> }
  /** Somebody else was quicker, or the cut lagged: try on what the log has now. */
  | { readonly tag: 'Again'; readonly known: Known | undefined }

/**
 * One command, as often as it takes: on what this process knows, and where that turns out to be old, on what the log has. No
 * refusal, and no "nothing changed", rests on a cut that may lag: those are checked against the log first.
 */
export const executeOne = async (
  engine: Engine,
  given: Command,
  origin: Origin,
  id: string,
): Promise<Either<Refusal, Outcome>> => {
  let fresh: Known | undefined
  let waited = false
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    const context = contextOf(engine, origin, id, attempt)
    const command = named(given, context)
    const ref = refOfCommand(command)
    const known = fresh ?? engine.recent.known(ref)
    const drafted = draft(command, known, engine.admission, context)

    if (E.isLeft(drafted) && drafted.left.awaits && !waited) {
      waited = true
      fresh = undefined
      if (await appears(engine.cut, drafted.left.awaits, engine.clock, engine.admissionPatience)) continue
      return E.left(drafted.left.refusal)
    }
    const step: Step =
      E.isLeft(drafted) || drafted.right.type === undefined
        ? await confirm(engine, command, ref, known, fresh !== undefined, drafted, id)
        : command.dryRun
          ? done(E.right(outcomeOf(drafted.right, known, false)))
          : await append(engine, command, ref, known, drafted.right, drafted.right.type, context, id)
    if (step.tag === 'Done') return step.result
    fresh = step.known
  }
  return refuse.modified(given.kind, refOfCommand(given).name)
}

const done = (result: Either<Refusal, Outcome>): Step => ({ tag: 'Done', result })

const contextOf = (engine: Engine, origin: Origin, id: string, attempt: number): AdmissionContext => ({
  cut: engine.cut,
  origin,
  now: engine.clock.now(),
  random: randomOf(`${id}/${attempt}`),
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

/** A refusal or a "nothing changed": true of the log, or only of what this process had heard? */
const confirm = async (
  engine: Engine,
  command: Command,
  ref: ObjectRef,
  known: Known,
  isFresh: boolean,
  drafted: Either<AdmissionRefusal, Draft>,
  id: string,
): Promise<Step> => {
  const result = E.isLeft(drafted) ? E.left(drafted.left.refusal) : E.right(outcomeOf(drafted.right, known, false))
  if (isFresh || (E.isLeft(result) && !restsOnState(result.left))) return done(result)
  const last = await readLast(engine.log, ref)
  if (E.isLeft(last)) return done(last)
  if (last.right.commandId === id) return done(E.right(ownOutcome(command, last.right)))
  if (last.right.sequence === known.sequence) return done(result)
  // A generated name that is taken makes place for another.
  const taken = E.isLeft(result) && result.left.tag === 'AlreadyExists' && isGenerated(command)
  engine.recent.remember(ref, last.right)
  return { tag: 'Again', known: taken ? undefined : last.right }
}

const isGenerated = (command: Command): boolean =>
  command.verb === 'create' && Boolean(command.object.metadata?.generateName)

const restsOnState = (refusal: Refusal): boolean =>
  refusal.tag === 'NotFound' || refusal.tag === 'AlreadyExists' || refusal.tag === 'Conflict'

const append = async (
  engine: Engine,
  command: Command,
  ref: ObjectRef,
  known: Known,
  drafted: Draft,
  type: NewEvent['type'],
  context: AdmissionContext,
  id: string,
): Promise<Step> => {
  const stored = storeAs(command.kind, drafted.next, engine.kinds)
  const event: NewEvent = {
    id,
    type,
    ref,
    uid: drafted.next.metadata?.uid ?? '',
    expected: known.sequence,
    previous: known.sequence,
    origin: context.origin,
    time: new Date(context.now).toISOString(),
    body: bodyOf(stored),
    // A rollup keeps one message of the object: its heartbeats, and its tombstone too.
    ...(command.kind.rollup ? { rollup: true } : {}),
  }
  const appended = await appendPatiently(engine.log, event, engine.clock, { unavailable: engine.unavailablePatience })
  if (E.isRight(appended)) {
    const { sequence, duplicate } = appended.right
    if (duplicate) {
      const written = await ownEvent(engine, command, ref, sequence)
      if (written) return done(written)
    }
    const object = type === 'deleted' ? undefined : atSequence(stored, sequence)
    engine.recent.remember(ref, { sequence, object })
    return done(
      E.right({
        object: atSequence(drafted.next, sequence),
        sequence,
        changed: true,
        deleted: type === 'deleted',
      }),
    )
  }
  switch (appended.left.tag) {
    case 'Conflict': {
      const last = await readLast(engine.log, ref)
      if (E.isLeft(last)) return done(last)
      if (last.right.commandId === id) return done(E.right(ownOutcome(command, last.right)))
      engine.recent.remember(ref, last.right)
      return { tag: 'Again', known: last.right }
    }
    case 'Unavailable':
      return done(E.left({ tag: 'ServiceUnavailable', message: appended.left.message, retryAfterSeconds: 1 }))
    case 'Rejected':
      return done(E.left({ tag: 'BadRequest', message: appended.left.message }))
    default:
      return assertNever(appended.left)
  }
}

/** The event that an earlier try of the same command made, as its outcome. */
const ownEvent = async (
  engine: Engine,
  command: Command,
  ref: ObjectRef,
  sequence: number,
): Promise<Either<Refusal, Outcome> | undefined> => {
  const found = await engine.log.get(sequence)
  if (E.isLeft(found) || !found.right) return undefined
  const left = objectOf(found.right)
  const deleted = found.right.type === 'deleted'
  engine.recent.remember(ref, { sequence, object: deleted ? undefined : left })
  return E.right({ object: readAs(command.kind, left), sequence, changed: true, deleted })
}

const ownOutcome = (command: Command, last: Last): Outcome => ({
  object: last.left ? readAs(command.kind, last.left) : {},
  sequence: last.sequence,
  changed: true,
  deleted: last.object === undefined,
})

/** Of a command that wrote nothing: a dry run, or one that had nothing to change. */
const outcomeOf = (drafted: Draft, known: Known, changed: boolean): Outcome => ({
  object: dryObject(drafted.candidate, drafted),
  sequence: known.sequence,
  changed,
  deleted: drafted.type === 'deleted',
})

const dryObject = (candidate: Candidate, drafted: Draft): Outcome['object'] =>
  candidate.previous && drafted.type === undefined ? candidate.previous : drafted.next
