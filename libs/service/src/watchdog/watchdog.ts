import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Metrics } from '../metrics.ts'
import type { RunningService } from '../running-service.ts'
import { startThread, threadScript } from '../workers/start-thread.ts'
import { longestWork } from './longest-work.ts'
import { sharedBytes, sharedWords } from './shared-words.ts'

/** What is told of a loop that stands, and when its process ends. */
export interface WatchdogOptions {
  readonly component: string
  readonly metrics: Pick<Metrics, 'gauge'>
  /** How long the loop may stand before that is told. Default 1,000. */
  readonly tellAfterMilliseconds?: number
  /** And before the process is ended, for its supervisor to start it again. Default 30,000. */
  readonly endAfterMilliseconds?: number
}

/** What the thread is given. */
export interface Watched extends Required<Omit<WatchdogOptions, 'metrics'>> {
  readonly shared: SharedArrayBuffer
  readonly everyMilliseconds: number
}

const everyMilliseconds = 100
const samplingMilliseconds = 20

const shared = new SharedArrayBuffer(sharedBytes)
const { words, text } = sharedWords(shared)

/**
 * Says what the process begins to do: the last that was begun is what a loop that stands still is blamed for. Costs a copy of a
 * few bytes, so that it may be said for each request, decision and command. No content of objects belongs here.
 */
export const nowDoing = (what: string): void => {
  words[1] = text.write(what)
}

/**
 * Watches the event loop from a thread of its own: tells in the log when it stands still, and what was begun last, and ends the
 * process when it does for long. A process that is paused as a whole is not blamed, since its watchdog is paused with it.
 */
export const watchdog = (options: WatchdogOptions): RunningService => {
  const { component, metrics, tellAfterMilliseconds = 1000, endAfterMilliseconds = 30_000 } = options
  const delay = monitorEventLoopDelay({ resolution: samplingMilliseconds })
  delay.enable()
  metrics.gauge(
    'periplus_event_loop_stall_seconds',
    'The longest time that the event loop stood still since this was last asked.',
    () => {
      const seconds = Math.max(0, delay.max / 1e9 - samplingMilliseconds / 1000)
      delay.reset()
      return seconds
    },
  )
  const work = longestWork()
  metrics.gauge(
    'periplus_event_loop_work_seconds',
    'The longest CPU time that the event loop worked without a turn for others since this was last asked.',
    () => work.take() / 1000,
  )
  const watched: Watched = { component, shared, everyMilliseconds, tellAfterMilliseconds, endAfterMilliseconds }
  const worker = startThread(threadScript(import.meta.url, 'watchdog-thread'), { workerData: watched })
  worker.unref()
  const beat = setInterval(() => Atomics.add(words, 0, 1), everyMilliseconds)
  beat.unref()
  return {
    name: 'watchdog',
    stop: async () => {
      clearInterval(beat)
      work.stop()
      delay.disable()
      await worker.terminate()
    },
  }
}
