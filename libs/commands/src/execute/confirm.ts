import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef, Refusal } from '@periplus/api'
import type { Command, Outcome } from '../command.ts'
import { readLast } from '../state/read-last.ts'
import { done } from './engine.ts'
import type { Step, Try } from './engine.ts'
import { outcomeOfEvent } from './own-event.ts'

/**
 * A refusal, or a "nothing changed": does it hold for the log, or only for what this process had heard? `restsOn`: other objects
 * for which it is.
 */
export const confirm = async (
  one: Try,
  result: Either<Refusal, Outcome>,
  restsOn: readonly ObjectRef[] = [],
): Promise<Step> => {
  const { engine, command, ref, known, isFresh, id } = one
  for (const other of restsOn) {
    const last = await readLast(engine.log, other)
    if (E.isLeft(last)) return done(last)
    if (last.right.sequence === one.context.known(other).sequence) continue
    engine.recent.remember(other, last.right)
    return { tag: 'Again', known: undefined }
  }
  if (isFresh || (E.isLeft(result) && !restsOnState(result.left))) return conclude(command, result)
  const last = await readLast(engine.log, ref)
  if (E.isLeft(last)) return done(last)
  if (last.right.event?.id === id) return done(E.right(outcomeOfEvent(command, last.right.event)))
  if (last.right.sequence === known.sequence) return conclude(command, result)
  engine.recent.remember(ref, last.right)
  return { tag: 'Again', known: last.right }
}

const conclude = (command: Command, result: Either<Refusal, Outcome>): Step => {
  const taken = E.isLeft(result) && result.left.tag === 'AlreadyExists'
  return taken && isGenerated(command) ? { tag: 'Rename' } : done(result)
}

const isGenerated = (command: Command): boolean =>
  command.verb === 'create' && Boolean(command.object.metadata?.generateName)

const restsOnState = (refusal: Refusal): boolean =>
  refusal.tag === 'NotFound' || refusal.tag === 'AlreadyExists' || refusal.tag === 'Conflict'
