import type { EventBatch, EventLog, Sequence } from '@periplus/log'
import type { LiveCut } from './cut.ts'

/**
 * The log, followed through the process's cut instead of by a consumer of its own (law 4): events are what the cut remembers of
 * its newest changes, and what it remembers no more is read from the log. A follower that is slow finds all that came meanwhile
 * in its next batch. It waits for as long as the cut stands still.
 */
export const logThroughCut = (log: EventLog, cut: LiveCut): EventLog => ({
  ...log,
  follow: (from, signal) => follow(log, cut, from, signal),
})

async function* follow(log: EventLog, cut: LiveCut, from: Sequence, signal: AbortSignal): AsyncGenerator<EventBatch> {
  let next = from
  while (!signal.aborted) {
    const head = cut.sequence
    const changes = cut.recent(next - 1)
    if (!changes) {
      yield* log.range(next, head, signal)
      next = head + 1
    } else if (changes.length > 0) {
      yield changes.map(({ event }) => event)
      next = Math.max(next, head + 1)
    } else
      await cut.reached(Math.max(next, head + 1), signal).catch((reason: unknown) => {
        if (!signal.aborted) throw reason
      })
  }
}
