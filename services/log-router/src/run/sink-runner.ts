import { E, pause, thrownText } from '@periplus/prelude'
import { runSink } from './run-sink.ts'
import type { SinkEnd } from './run-sink.ts'
import type { SinkJob, SinkWorld } from './sink-job.ts'
import { errorText } from './sink-state.ts'

/** Keeps one sink running as it is wanted, apart from all others. */
export interface SinkRunner {
  /** What it runs, or will as soon as what ran before has ended. */
  readonly job: SinkJob
  /** Why it does not run now. */
  readonly end: SinkEnd | undefined
  /** Resolves when it has ended, its place kept; the next one may begin then. */
  stop(): Promise<void>
}

const firstWait = 1_000
const longestWait = 60_000
/** Milliseconds after which a sink that does not end is left to itself. */
const stopWithin = 5_000

/** `after`: what has to end first. */
export const sinkRunner = (job: SinkJob, world: SinkWorld, after: Promise<void>): SinkRunner => {
  const { clock, onBug } = world
  const stopping = new AbortController()
  const { signal } = stopping
  let end: SinkEnd | undefined

  const attempt = async (): Promise<SinkEnd | undefined> => {
    try {
      const ended = await runSink(job, world, signal)
      return E.isLeft(ended) ? ended.left : undefined
    } catch (error) {
      onBug(error)
      return { reason: 'BackendUnavailable', message: errorText(`the adapter failed: ${thrownText(error)}`) }
    }
  }

  const run = async (): Promise<void> => {
    await after
    for (let wait = firstWait; !signal.aborted; wait = Math.min(longestWait, wait * 2)) {
      end = undefined
      const begun = clock.now()
      end = await attempt()
      if (clock.now() - begun > longestWait) wait = firstWait
      if (!signal.aborted) await pause(clock, wait, signal)
    }
  }
  const done = run()

  return {
    job,
    get end() {
      return end
    },
    stop: async () => {
      stopping.abort()
      let cancel = (): void => undefined
      await Promise.race([done, new Promise<void>(resolve => (cancel = clock.after(stopWithin, resolve)))])
      cancel()
    },
  }
}
