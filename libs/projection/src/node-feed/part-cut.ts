import type { NodeFeedBatch } from '@periplus/log'
import { runningCut } from '../running-cut.ts'
import type { RunningCut } from '../running-cut.ts'
import { mutableCut } from '../cut/mutable-cut.ts'
import type { MutableCutOptions } from '../cut/mutable-cut.ts'

/** What a node's cut follows. */
export interface PartCutConfig extends MutableCutOptions {
  /** What concerns the node: all of it in the first batch. Ends when `signal` aborts. */
  readonly follow: (signal: AbortSignal) => AsyncIterable<NodeFeedBatch>
  /** Told once where nothing has come for two seconds, so that nobody waits in silence. */
  readonly onWaiting?: () => void
  /** While starting, it makes `startPartCut` reject. */
  readonly signal?: AbortSignal
}

const silence = 2_000

/** Starts a cut of the part of the log that concerns a node. Resolves with the first batch, and waits for as long as none comes. */
export const startPartCut = async (config: PartCutConfig): Promise<RunningCut> => {
  const { follow, onWaiting, ...options } = config
  const stop = new AbortController()
  const signal = config.signal ? AbortSignal.any([config.signal, stop.signal]) : stop.signal
  const cut = mutableCut(options)
  const tell = setTimeout(() => onWaiting?.(), silence)
  try {
    let began: () => void = () => undefined
    const first = new Promise<void>(resolve => (began = resolve))
    const ended = (async () => {
      for await (const { events, through } of follow(signal)) {
        cut.take(events, through)
        began()
      }
    })()
    return await runningCut(cut, { ended, ready: first, stop, signal })
  } finally {
    clearTimeout(tell)
  }
}
