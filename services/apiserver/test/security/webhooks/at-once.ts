import type { Clock, Random } from '@periplus/prelude'

/** Time that passes as soon as somebody waits for it; `waits`: how long each of them would have waited. */
export const atOnce = (
  waits: number[] = [],
): { readonly clock: Clock; readonly random: Random; readonly waits: readonly number[] } => {
  let now = 0
  return {
    clock: {
      now: () => now,
      after: (milliseconds, task) => {
        waits.push(milliseconds)
        now += milliseconds
        queueMicrotask(task)
        return () => undefined
      },
    },
    random: () => 0.5,
    waits,
  }
}
