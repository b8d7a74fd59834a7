import { E } from '@periplus/prelude'
import type { EventLog, Gaps, Sequence } from '@periplus/log'
import { findInBase, findLoss, findMissing, restoreLost } from '@periplus/projection'
import type { Loss, Projection } from '@periplus/projection'
import type { Logger } from '@periplus/service'
import { CannotGoOn } from '../home/say.ts'

export interface CheckedLog {
  readonly log: EventLog
  readonly projection: Projection
  /**
   * Sequence of the newest message that the log's stream still has; `undefined`: the stream's last sequence. Asked after that one,
   * as another control plane may be writing.
   */
  readonly newestKept: () => Promise<Sequence | undefined>
  /** Where the log has no events; `undefined` where it cannot be asked. */
  readonly gaps: () => Promise<Gaps | undefined>
  /** From now on, so many gaps are how the log is. */
  readonly acceptGaps: (unexplained: number) => Promise<unknown>
  /** The newest sequence on which a decision is recorded; 0 where none is known. */
  readonly decidedOn: Sequence
  /**
   * The log's server could not write for want of room, and nobody has looked yet what that has left: what it could not write it had not
   * acknowledged, and such messages leave gaps too.
   */
  readonly lackedRoom: boolean
  /** The operator starts without what is lost (`PERIPLUS_ACCEPT_LOSS=yes`). */
  readonly acceptsLoss: boolean
  readonly logger: Logger
}

const lastOf = async (log: EventLog): Promise<Sequence | undefined> => {
  const bounds = await log.bounds()
  return E.isRight(bounds) ? bounds.right.last : undefined
}

const restoreFrom = async (log: EventLog, projection: Projection, loss: Loss): Promise<number> => {
  const restored = await restoreLost(log, loss)
  // It is of a log that had other events at these sequences; the projector builds it anew.
  await projection.clear()
  return restored
}

const clearedAfter = async (checked: CheckedLog, loss: Loss | undefined): Promise<number> =>
  loss ? restoreFrom(checked.log, checked.projection, loss) : 0

/**
 * What was lost from the middle, and Redis does not have, a snapshot of the log may have: the states of then. One of an end that is lost is none of
 * this log any more.
 */
const restoredFromSnapshot = async ({ log }: CheckedLog): Promise<number> => {
  const loss = await findInBase(log)
  return loss ? restoreLost(log, loss) : 0
}

/** Whether the log no longer ends where it is known to have ended. */
const hasLostItsEnd = async (checked: CheckedLog, last: Sequence): Promise<boolean> => {
  const { log, projection, newestKept, decidedOn, acceptsLoss, logger } = checked
  const end = Math.min(last, (await newestKept()) ?? last)
  const loss = await findLoss(log, projection)
  const written = Math.max(loss?.last ?? 0, decidedOn, last)
  if (!loss && written <= end) return false
  const isWhole = loss !== undefined && loss.last >= written
  const upTo = `the log ends at event ${end}, and events up to ${written} had been written`
  if (!isWhole && !acceptsLoss)
    throw new CannotGoOn(
      `${upTo}: what followed is lost, and Redis does not have all of it; PERIPLUS_ACCEPT_LOSS=yes starts without it`,
    )
  const restored = await clearedAfter(checked, loss)
  logger.error(`${upTo}: the log was damaged`, {
    restoredFromRedis: restored,
    lostForGood: isWhole ? 'histories only: the newest state of every object was restored' : 'what Redis did not have',
  })
  return true
}

/**
 * Gaps for which nothing is known to account: blocks may be lost from the log's middle. That nothing is lost for good is known where Redis
 * had read to the log's end; where a full disk may have left the gaps, it is taken to be so.
 */
const checkMiddle = async (checked: CheckedLog, { unexplained, accepted, last }: Gaps): Promise<void> => {
  if (accepted === undefined || unexplained <= accepted) return
  const { log, projection, lackedRoom, acceptsLoss, logger } = checked
  const missing = `${unexplained - accepted} events are missing from the log's middle`
  const loss = await findMissing(log, projection)
  // The end of the log was looked at before.
  const isWhole = loss !== undefined && loss.last >= last
  if (!isWhole && !lackedRoom && !acceptsLoss)
    throw new CannotGoOn(
      `${missing}, and Redis does not have all that they left; PERIPLUS_ACCEPT_LOSS=yes starts without them`,
    )
  const restoredFromRedis = await clearedAfter(checked, loss)
  const fromSnapshot = isWhole ? 0 : await restoredFromSnapshot(checked)
  if (lackedRoom && restoredFromRedis + fromSnapshot === 0)
    return logger.warn(`${missing}: the disk had no room for them, and nobody was told that they were written`)
  logger.error(`${missing}: the log was damaged`, {
    ...{ restoredFromRedis, restoredFromSnapshot: fromSnapshot },
    lostForGood: isWhole
      ? 'histories only: the newest state of every object is there'
      : 'what neither Redis nor the newest snapshot had',
  })
}

/**
 * Before a cluster starts on its log: whether the log still has what is known to have been written. A damaged block makes NATS leave out
 * what followed it there, without a word. What Redis still has is appended anew; where something may be lost for good, the operator must
 * say that it is accepted, and what the newest snapshot has of the log's middle comes back. Costs a few questions where all is well.
 */
export const checkLog = async (checked: CheckedLog): Promise<void> => {
  const last = await lastOf(checked.log)
  if (last === undefined) return
  const lostItsEnd = await hasLostItsEnd(checked, last)
  const found = await checked.gaps()
  if (!found) return
  // What was lost at the end is a gap by now, and known.
  if (!lostItsEnd) await checkMiddle(checked, found)
  // Heartbeats that came meanwhile make it look less than it is; it never becomes less.
  if (found.unexplained > (found.accepted ?? -Infinity)) await checked.acceptGaps(found.unexplained)
}
