import { E } from '@periplus/prelude'
import type { EventLog, Sequence } from '@periplus/log'
import { findLoss, restoreLost } from '@periplus/projection'
import type { Loss, Projection } from '@periplus/projection'
import type { Logger } from '@periplus/service'
import { CannotGoOn } from './say.ts'

export interface CheckedLog {
  readonly log: EventLog
  readonly projection: Projection
  /**
   * Sequence of the newest message that the log's stream still has; `undefined`: the stream's last sequence. Asked after that one,
   * as another control plane may be writing.
   */
  readonly newestKept: () => Promise<Sequence | undefined>
  /** The newest sequence on which a decision is recorded; 0 where none is known. */
  readonly decidedOn: Sequence
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

/**
 * Before a cluster starts on its log: whether the log still has what is known to have been written. A damaged block makes NATS cut
 * the log off there without a word. What Redis still has is appended anew; where something may be lost for good, the operator must say that
 * it is accepted. Costs three questions where all is well.
 */
export const checkLog = async (checked: CheckedLog): Promise<void> => {
  const { log, projection, newestKept, decidedOn, acceptsLoss, logger } = checked
  const last = await lastOf(log)
  if (last === undefined) return
  const end = Math.min(last, (await newestKept()) ?? last)
  const loss = await findLoss(log, projection)
  const written = Math.max(loss?.last ?? 0, decidedOn, last)
  if (!loss && written <= end) return
  const isWhole = loss !== undefined && loss.last >= written
  const upTo = `the log ends at event ${end}, and events up to ${written} had been written`
  if (!isWhole && !acceptsLoss)
    throw new CannotGoOn(
      `${upTo}: what followed is lost, and Redis does not have all of it; PERIPLUS_ACCEPT_LOSS=yes starts without it`,
    )
  const restored = loss ? await restoreFrom(log, projection, loss) : 0
  logger.error(`${upTo}: the log was damaged`, {
    restoredFromRedis: restored,
    lostForGood: isWhole ? 'histories only: the newest state of every object was restored' : 'what Redis did not have',
  })
}
