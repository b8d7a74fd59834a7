import { messageOf } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Logger, RunningService } from '@periplus/service'
import { watchLiveness } from './liveness.ts'

/** A child process that was started and is ready. */
export interface Child {
  readonly pid: number
  /** Resolves, with words such as `exit code 1` or `SIGKILL`, when it has ended. */
  readonly exited: Promise<string>
  stop(): Promise<void>
  /** At once, whatever it is doing; resolves when it has ended. */
  kill(): Promise<void>
}

export interface ChildSpec {
  readonly name: string
  /** What of the cluster runs in it, where that is not what the child is called. */
  readonly roles?: readonly string[]
  /** Resolves when the child is ready to serve; rejects when it cannot start. */
  readonly start: () => Promise<Child>
  /** Whether it does its work, asked now and then while it runs; rejecting counts as no. */
  readonly answers?: () => Promise<boolean>
}

/** A child that is kept running. */
export interface KeptRunning extends RunningService {
  /** Ends it in order, upon which it is started again. */
  restart(): Promise<void>
}

/** Told of the lives of children; times in milliseconds since the epoch. */
export interface ChildNews {
  /** It is ready; `startedAt`: when it was begun. */
  started(spec: ChildSpec, pid: number, startedAt: number): void
  /** It has ended without having been told to. */
  ended(name: string, how: string, at: number): void
}

export interface Keeping {
  readonly clock: Clock
  readonly log: Logger
  readonly news: ChildNews
}

const firstPause = 100
const longestPause = 5_000
/** A child that ran this long had started well: the pause begins anew. */
const ranWell = 30_000

/**
 * Starts a child and starts it again whenever it ends, after a pause that doubles while it keeps failing. Resolves at the
 * first readiness; a child that cannot start the first time is the caller's to report.
 */
export const keepRunning = async (spec: ChildSpec, { clock, log, news }: Keeping): Promise<KeptRunning> => {
  const start = async (): Promise<Child> => {
    const startedAt = clock.now()
    const started = await spec.start()
    news.started(spec, started.pid, startedAt)
    return started
  }
  let child = await start()
  let stopping = false
  let pause = firstPause
  let wake: (() => void) | undefined

  const sleep = (milliseconds: number): Promise<void> =>
    new Promise(resolve => {
      const cancel = clock.after(milliseconds, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })

  const restart = async (): Promise<void> => {
    while (!stopping) {
      await sleep(pause)
      pause = Math.min(pause * 2, longestPause)
      if (stopping) return
      try {
        child = await start()
        return
      } catch (error) {
        log.error(`${spec.name} cannot start`, { reason: messageOf(error) })
      }
    }
  }

  const watch = async (): Promise<void> => {
    while (!stopping) {
      const since = clock.now()
      const how = await child.exited
      if (stopping) return
      log.warn(`${spec.name} ended`, { how, afterMilliseconds: clock.now() - since })
      news.ended(spec.name, how, clock.now())
      if (clock.now() - since > ranWell) pause = firstPause
      await restart()
    }
  }
  const watching = watch()
  const stopWatching = spec.answers
    ? watchLiveness({ clock, log, name: spec.name, answers: spec.answers, child: () => child })
    : () => undefined

  return {
    name: spec.name,
    restart: () => child.stop(),
    stop: async () => {
      stopping = true
      stopWatching()
      wake?.()
      const last = child
      await last.stop()
      await watching
      // A restart that was under way may have brought another one.
      if (child !== last) await child.stop()
    },
  }
}
