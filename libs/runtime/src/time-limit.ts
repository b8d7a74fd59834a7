import { boundedMilliseconds } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { timedOut } from './refusals.ts'
import type { Outcome } from './refusals.ts'

/**
 * What `work` comes to within so many seconds of one's own clock, fractions included; 0: however long it takes. What it comes to
 * later is nobody's: a command whose child holds its pipe may never answer.
 */
export const withinSeconds = async <A>(
  clock: Clock,
  seconds: number,
  work: Promise<Outcome<A>>,
): Promise<Outcome<A>> => {
  if (seconds <= 0) return work
  let cancel: () => void = () => undefined
  const late = new Promise<Outcome<A>>(resolve => {
    cancel = clock.after(boundedMilliseconds(seconds), () =>
      resolve(timedOut(`timeout ${seconds}s exceeded: context deadline exceeded`)),
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    cancel()
  }
}
