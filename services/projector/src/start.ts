import { E, messageOf } from '@periplus/prelude'
import type { EventLog, Sequence } from '@periplus/log'
import { keepProjected } from '@periplus/projection'
import type { Progress, Projection } from '@periplus/projection'
import type { Logger, Metrics, RunningService } from '@periplus/service'

export interface ProjectorConfig {
  readonly log: EventLog
  readonly projection: Projection
  readonly logger: Logger
  readonly metrics: Metrics
  /** The newest sequence that this process knows of, such as its cut's; absent: the log is asked every five seconds. */
  readonly head?: () => Sequence
  /** Milliseconds between two looks at the store, for a flush. Default 1,000. */
  readonly lookEveryMilliseconds?: number
}

export interface ProjectorStatus {
  readonly applied: Sequence
  /** Events that the log is known to have and the projection doesn't. */
  readonly lag: number
  /** The store answers. */
  readonly available: boolean
}

export interface RunningProjector extends RunningService {
  status(): ProjectorStatus
  /** Resolves when stopped; rejects when the log can no longer be followed. */
  readonly ended: Promise<void>
}

const askHeadEvery = 5_000
const forgetEvery = 60_000
/** How long the last events before a stop are waited for; milliseconds. */
const catchUpPatience = 2_000

/** Keeps the projection at the log's head: from wherever it is found, again from the beginning when it was flushed. */
export const start = (config: ProjectorConfig): RunningProjector => {
  const { log, projection, logger, metrics, lookEveryMilliseconds } = config
  const stopping = new AbortController()
  let applied: Sequence = 0
  let moved: () => void = () => undefined
  let available = false
  let known: Sequence = 0

  const events = metrics.counter('periplus_projector_events_total', 'Events applied to the projection.')
  const restarts = metrics.counter(
    'periplus_projector_moves_total',
    'Times the projection was found elsewhere than left.',
  )
  const status = (): ProjectorStatus => {
    const head = Math.max(config.head?.() ?? known, applied)
    return { applied, lag: head - applied, available }
  }
  metrics.gauge('periplus_projector_applied_sequence', 'Sequence up to which events are applied.', () => applied)
  metrics.gauge('periplus_projector_lag_events', 'Events that are not applied yet.', () => status().lag)

  const report = (progress: Progress): void => {
    switch (progress.tag) {
      case 'Following':
        applied = progress.applied
        available = true
        logger.info(applied === 0 ? 'building the projection from the log' : 'following the log', { applied })
        return
      case 'Applied':
        applied = progress.applied
        events.add(progress.events)
        moved()
        return
      case 'Moved':
        restarts.add(1)
        logger.warn('the projection is not where it was left', { left: progress.from, found: progress.to })
        return
      case 'Cleared':
        applied = 0
        logger.warn('the store held a projection of another log; it has been emptied')
        return
      case 'Unavailable':
        if (available) logger.warn('the projection cannot be kept up', { reason: progress.message })
        available = false
    }
  }
  const askHead = async (): Promise<void> => {
    const bounds = await log.bounds()
    if (E.isRight(bounds)) known = bounds.right.last
  }
  /** What was written until now is in the store, which the next start may need where the log's end is lost; or the time is over. */
  const caughtUp = async (): Promise<void> => {
    const bounds = await log.bounds()
    if (E.isLeft(bounds) || !available) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, catchUpPatience)
      moved = () => {
        if (applied < bounds.right.last) return
        clearTimeout(timer)
        resolve()
      }
      moved()
    })
  }
  /** What was gone before the log's watermark is not needed any more. */
  let forgotten: Sequence = 0
  const forget = async (): Promise<void> => {
    const bounds = await log.bounds()
    if (E.isLeft(bounds) || bounds.right.watermark <= forgotten || applied < bounds.right.watermark) return
    const done = await projection.forgetGone(bounds.right.watermark)
    if (E.isRight(done)) forgotten = bounds.right.watermark
  }
  const forgetting = setInterval(
    () => void forget().catch((error: unknown) => logger.warn('nothing was forgotten', { reason: messageOf(error) })),
    forgetEvery,
  )
  const asking = config.head ? undefined : setInterval(() => void askHead(), askHeadEvery)
  if (!config.head) void askHead()

  const ended = keepProjected({
    ...{ log, projection, signal: stopping.signal, onProgress: report },
    ...(lookEveryMilliseconds === undefined ? {} : { lookEveryMilliseconds }),
  })
  ended.catch((error: unknown) => logger.error('the log cannot be followed', { reason: messageOf(error) }))

  return {
    name: 'projector',
    status,
    ended,
    stop: async () => {
      clearInterval(asking)
      clearInterval(forgetting)
      await caughtUp()
      stopping.abort()
      await ended.catch(() => undefined)
      await projection.close()
    },
  }
}
