import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { groupResource } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { Outcome } from '../command.ts'
import type { GroupRefusal } from '../commands.ts'
import { toldBesides } from '../execute/told-besides.ts'
import { appendWithRetry } from '../execute/append.ts'
import { appears, reaches } from '../execute/appears.ts'
import { askFirst } from '../execute/engine.ts'
import type { Engine } from '../execute/engine.ts'
import { refusalOf, remember } from '../execute/write.ts'
import { refOfCommand } from '../stages/draft.ts'
import type { Draft } from '../stages/draft.ts'
import { atSequence, readLast } from '../state/read-last.ts'
import { keyOf } from '../state/known.ts'
import { recentOfCommand } from '../state/recent.ts'
import { draftGroup } from './draft-group.ts'
import type { Group } from './draft-group.ts'
import { writingsOf } from './writings.ts'

type Answer = Either<GroupRefusal, readonly Outcome[]>

/** Each lost race means that somebody else wrote one of the objects meanwhile. */
const mostAttempts = 32

/** What a caller is told whose objects others write all the time. */
export const overtaken: Refusal = {
  tag: 'ServiceUnavailable',
  message: 'the objects are being modified; please try again',
  retryAfterSeconds: 1,
}

const refused = (refusal: Refusal, index?: number): Answer => E.left({ index, refusal })

/**
 * A group, as often as it takes. It is tried on a cut that has all that the log had when the try began, so that no refusal rests on
 * an older one.
 */
export const executeGroup = async (shared: Engine, group: Group): Promise<Answer | typeof askFirst> => {
  const engine = { ...shared, recent: recentOfCommand(shared.recent) }
  const twice = namedTwice(group)
  if (twice) return twice
  let waited = false
  for (let tries = 0; tries < mostAttempts; tries++) {
    const head = await engine.log.bounds()
    if (E.isLeft(head)) return refused(unavailable('the log cannot be read'))
    if (!(await reaches(engine.cut, head.right.last, engine.clock, engine.admissionPatience)))
      return refused(unavailable('this server has not seen yet what the log has'))
    const drafted = await draftGroup(engine, group)
    if (E.isLeft(drafted)) {
      const { index, why } = drafted.left
      if (why.asksFirst) return askFirst
      if (!why.awaits || waited) return refused(why.refusal, index)
      waited = true
      const patience = Math.min(why.patience ?? Infinity, engine.admissionPatience)
      if (await appears(engine.cut, why.awaits, engine.clock, patience)) continue
      return refused(why.refusal, index)
    }
    const writings = writingsOf(group, drafted.right, new Date(engine.clock.now()).toISOString())
    if (E.isLeft(writings)) return writings
    if (writings.right.length === 0 || group.members.some(({ command }) => command.dryRun))
      return E.right(drafted.right.map(draft => outcomeOf(draft, undefined)))
    const { result } = await appendWithRetry(
      engine.log,
      writings.right.map(({ event }) => event),
      engine.clock,
      engine.outage,
    )
    if (E.isRight(result)) {
      const { sequences } = result.right
      writings.right.forEach(({ event, stored }, i) => remember(engine, event, atSequence(stored, sequences[i] ?? 0)))
      const places = new Map(writings.right.map(({ event }, i) => [keyOf(event.ref), sequences[i]]))
      return E.right(drafted.right.map(draft => outcomeOf(draft, places.get(keyOf(draft.ref)))))
    }
    if (result.left.tag !== 'Conflict') return refused(refusalOf(result.left))
    const overtakenAt = writings.right[result.left.index]?.event.ref
    const last = overtakenAt && (await readLast(engine.log, overtakenAt))
    if (last && E.isRight(last)) engine.recent.remember(overtakenAt, last.right)
  }
  return refused(overtaken)
}

/** Asks the webhooks about the commands as they would be tried now, and keeps the answers for when the group's turn comes. */
export const rehearseGroup = async (engine: Engine, group: Group): Promise<void> => {
  for (const { webhooks } of group.sessions) webhooks.mayAsk = true
  await draftGroup(engine, group)
  for (const { webhooks } of group.sessions) webhooks.mayAsk = false
}

const unavailable = (message: string): Refusal => ({ tag: 'ServiceUnavailable', message, retryAfterSeconds: 1 })

/** One event says one thing of an object. */
const namedTwice = ({ members }: Group): Answer | undefined => {
  const seen = new Set<string>()
  for (const [index, { command }] of members.entries()) {
    const ref = refOfCommand(command)
    if (ref.name !== '' && seen.has(keyOf(ref)))
      return refused(
        { tag: 'BadRequest', message: `${groupResource(ref.resource, ref.group)} "${ref.name}" is in the group twice` },
        index,
      )
    seen.add(keyOf(ref))
  }
  return undefined
}

/** `sequence`: of its event; `undefined` where none was written. */
const outcomeOf = (draft: Draft, sequence: Sequence | undefined): Outcome => {
  const { candidate, known, type, next } = draft
  const told = toldBesides(draft)
  if (type === undefined)
    return {
      object: candidate.previous ?? next,
      sequence: known.sequence,
      changed: false,
      deleted: false,
      ...told,
    }
  return {
    object: sequence === undefined ? next : atSequence(next, sequence),
    sequence: sequence ?? known.sequence,
    changed: sequence !== undefined,
    deleted: type === 'deleted',
    ...(type === 'created' ? { created: true } : {}),
    ...told,
  }
}
