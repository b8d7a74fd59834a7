import type { Sequence } from '@periplus/log'

/** Those who wait for a sequence to be applied. */
export interface Waiters {
  /** Resolves at once when `present` is enough; rejects with the signal's reason when it aborts. */
  until(wanted: Sequence, present: Sequence, signal?: AbortSignal): Promise<void>
  reached(sequence: Sequence): void
}

interface Waiter {
  readonly wanted: Sequence
  readonly arrive: () => void
}

export const waiters = (): Waiters => {
  const waiting = new Set<Waiter>()
  return {
    until: (wanted, present, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        if (wanted <= present) return resolve()
        const abort = (): void => {
          waiting.delete(waiter)
          reject(signal?.reason as Error)
        }
        const waiter: Waiter = {
          wanted,
          arrive: () => {
            signal?.removeEventListener('abort', abort)
            resolve()
          },
        }
        signal?.addEventListener('abort', abort, { once: true })
        waiting.add(waiter)
      }),
    reached: sequence => {
      for (const waiter of waiting)
        if (waiter.wanted <= sequence) {
          waiting.delete(waiter)
          waiter.arrive()
        }
    },
  }
}
