import { messageOf, repeatedly } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Gaps } from '@periplus/log'
import type { Logger, RunningService } from '@periplus/service'

export interface LossWatch {
  /** `undefined` where the log cannot be asked. */
  readonly gaps: () => Promise<Gaps | undefined>
  /** A full disk has left gaps that somebody else accounts for. */
  readonly lackedRoom: () => boolean
  readonly clock: Clock
  readonly logger: Logger
}

/** Each look reads all heartbeats that there are. */
const lookEvery = 5 * 60_000

/**
 * Tells of events that the log has lost since it was last taken as it is: a block may be damaged long before anybody starts on it. Of
 * several servers, the one that leads is looked at; what another one lacks, its readers notice.
 */
export const watchForLoss = ({ gaps, lackedRoom, clock, logger }: LossWatch): RunningService => {
  let told = 0
  const look = async (): Promise<void> => {
    const found = lackedRoom() ? undefined : await gaps()
    if (found?.accepted === undefined) return
    const lost = found.unexplained - found.accepted
    if (lost > told)
      logger.error("events are missing from the log's middle: its disk was damaged, and 'periplus verify' names them", {
        events: lost,
      })
    told = Math.max(0, lost)
  }
  const looking = repeatedly(clock, lookEvery, () =>
    look().catch((error: unknown) => logger.warn('the log cannot be looked at', { reason: messageOf(error) })),
  )
  return { name: 'loss', stop: looking.stop }
}
