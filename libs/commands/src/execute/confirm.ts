import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ObjectRef, Refusal } from '@periplus/api'
import type { Outcome } from '../command.ts'
import type { Known } from '../state/known.ts'
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
  const isSettled = isFresh || (E.isLeft(result) && !restsOnState(result.left, known) && !mayHaveBeenDone(one))
  for (const other of restsOn) {
    const last = await readLast(engine.log, other)
    if (E.isLeft(last)) return done(last)
    if (last.right.sequence === one.context.known(other).sequence) continue
    engine.recent.remember(other, last.right)
    return { tag: 'Again', known: undefined }
  }
  if (isSettled) return conclude(one, result)
  const last = await readLast(engine.log, ref, known)
  if (E.isLeft(last)) return done(last)
  if (last.right.event?.id === id) return done(E.right(outcomeOfEvent(command, last.right.event)))
  if (last.right.sequence === known.sequence) return conclude(one, result)
  engine.recent.remember(ref, last.right)
  return { tag: 'Again', known: last.right }
}

const conclude = ({ nameIsGenerated }: Try, result: Either<Refusal, Outcome>): Step => {
  const taken = E.isLeft(result) && result.left.tag === 'AlreadyExists'
  return taken && nameIsGenerated ? { tag: 'Rename', result } : done(result)
}

/** What an update may not change is judged by what there was. */
const restsOnState = ({ tag }: Refusal, { object }: Known): boolean =>
  tag === 'NotFound' || tag === 'AlreadyExists' || tag === 'Conflict' || (tag === 'Invalid' && object !== undefined)

/** What is to be created is there: by an earlier try of this very command, perhaps, which what it took then must not refuse. */
const mayHaveBeenDone = ({ command, known }: Try): boolean => command.verb === 'create' && known.object !== undefined
