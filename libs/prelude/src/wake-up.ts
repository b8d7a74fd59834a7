/** Lets readers sleep until something was written, or their signal aborts. */
export interface WakeUp {
  wait(signal?: AbortSignal): Promise<void>
  wake(): void
}

/** Nobody sleeps yet. */
export const wakeUp = (): WakeUp => {
  let sleepers: (() => void)[] = []
  return {
    wait: signal =>
      new Promise(resolve => {
        if (signal?.aborted) return resolve()
        const awake = (): void => {
          signal?.removeEventListener('abort', awake)
          resolve()
        }
        signal?.addEventListener('abort', awake)
        sleepers.push(awake)
      }),
    wake: () => {
      const woken = sleepers
      sleepers = []
      for (const awake of woken) awake()
    },
  }
}
