import { E, messageOf, repeatedly } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { EventLog, Gaps, Sequence } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { Logger, RunningService, UnaccountedGaps } from '@periplus/service'

export interface GapAccounting {
  readonly cut: LiveCut
  readonly log: EventLog
  /** Set by who sees that the log's server could not write. */
  readonly unaccounted: UnaccountedGaps
  /** The disk has room again. */
  readonly hasRoom: () => boolean
  readonly gaps: () => Promise<Gaps | undefined>
  readonly acceptGaps: (unexplained: number) => Promise<unknown>
  readonly clock: Clock
  readonly logger: Logger
}

const lookEvery = 2_000
const looksOfMinute = 30

/**
 * Accounts for the gaps that a full disk has left, once there is room again: a process that has followed the log all along knows what was
 * written. Where the log still has all that was delivered here, the gaps are of messages that the server could not write, and of which
 * nobody was told that they were written; then they are accepted, so that a later start takes them for no loss. Heartbeats do not
 * count: each takes the one before it away.
 */
export const accountForGaps = (parts: GapAccounting): RunningService => {
  const { cut, log, unaccounted, clock, logger } = parts
  let [from, delivered] = [cut.sequence, 0]
  let next: readonly [from: Sequence, delivered: number] = [from, delivered]
  let looks = 0
  const unsubscribe = cut.subscribe(changes => {
    for (const { event } of changes) if (!event.rollup) delivered++
  })

  /** Events of the log after `from`, up to a sequence, that are no heartbeats. */
  const keptUpTo = async (to: Sequence): Promise<number> => {
    let kept = 0
    for await (const batch of log.range(from + 1, to)) for (const event of batch) if (!event.rollup) kept++
    return kept
  }
  /** While all is well, what is compared begins a minute ago at least: all there ever was would be more each day, and not kept for ever. */
  const moveOn = (): void => {
    if (++looks % looksOfMinute !== 0) return
    delivered -= next[1]
    from = next[0]
    next = [cut.sequence, delivered]
  }
  const look = async (): Promise<void> => {
    if (!unaccounted.isSet()) return moveOn()
    if (!parts.hasRoom()) return
    const found = await parts.gaps()
    const bounds = await log.bounds()
    if (!found || E.isLeft(bounds) || cut.sequence < found.last) return
    const [to, seen] = [cut.sequence, delivered]
    const lost = seen - (await keptUpTo(to))
    if (lost === 0 && found.unexplained > (found.accepted ?? -Infinity)) await parts.acceptGaps(found.unexplained)
    unaccounted.clear()
    if (lost === 0)
      logger.info('the log has all that was written to it before the disk was full', { gaps: found.unexplained })
    else logger.error(`${lost} events that were written are not in the log any more: it was damaged`)
  }

  const looking = repeatedly(clock, lookEvery, () =>
    look().catch((error: unknown) => logger.warn('the log cannot be looked at', { reason: messageOf(error) })),
  )
  return {
    name: 'gaps',
    stop: async () => {
      unsubscribe()
      await looking.stop()
    },
  }
}
