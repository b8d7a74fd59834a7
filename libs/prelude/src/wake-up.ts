/** Lets readers sleep until something was written, or their signal aborts. */
export interface WakeUp {
  wait(signal?: AbortSignal): Promise<void>
  wake(): void
}

/** Nobody sleeps yet. */
export const wakeUp = (): WakeUp => {
  const sleepers = new Set<() => void>()
  return {
    wait: signal =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve()
        const awake = (): void => {
          signal?.removeEventListener('abort', awake)
          sleepers.delete(awake)
          resolve()
        }
        signal?.addEventListener('abort', awake)
        sleepers.add(awake)
      }),
    wake: () => {
      for (const awake of [...sleepers]) awake()
    },
  }
}
