import type { Clock } from '@periplus/prelude'

/** What `work` comes to; its signal aborts after so many milliseconds of `clock`, however many those are. 0: never. */
export const withSignal = async <A>(
  clock: Clock,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<A>,
): Promise<A> => {
  const limit = new AbortController()
  const cancel =
    milliseconds > 0
      ? clock.after(milliseconds, () => limit.abort(new DOMException('the time is over', 'TimeoutError')))
      : () => undefined
  try {
    return await work(limit.signal)
  } finally {
    cancel()
  }
}
