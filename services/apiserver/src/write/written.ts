import type { Clock } from '@periplus/prelude'
import type { Outcome } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'
import type { Call } from '../http/call.ts'

/** Longer than any healthy cut lags; a client that waited this long is better told than kept. */
const patienceMilliseconds = 5000

/**
 * Keeps the promise of read-your-writes: an answer goes out when this server's cut shows what it says, so that the client's
 * next read here sees it too. The write itself is on the log already, whatever comes of the waiting.
 */
export const untilVisible = async (cut: LiveCut, clock: Clock, call: Call, outcome: Outcome): Promise<void> => {
  if (!outcome.changed || cut.sequence >= outcome.sequence) return
  const stop = new AbortController()
  const cancel = clock.after(patienceMilliseconds, () => stop.abort())
  await cut
    .reached(outcome.sequence, stop.signal)
    .catch(() =>
      call.warn(`this server has not seen its own write yet: read at resourceVersion ${outcome.sequence} or newer`),
    )
  cancel()
}
