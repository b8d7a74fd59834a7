import type { Clock } from '@periplus/prelude'
import type { Pod } from '@periplus/kinds'
import type { Round } from './rounds.ts'

export interface EndingOptions {
  readonly clock: Clock
  /** Ends a pod; resolves when nothing of it is left and the API knows. `deadline`: milliseconds since the epoch. */
  readonly end: (pod: Pod, deadline: number) => Promise<void>
  /** Those of a round had their time, and some are not gone. */
  readonly late: () => void
}

/** Ends pods round by round; none waits for longer than its time. */
export const endPods = async (rounds: readonly Round[], { clock, end, late }: EndingOptions): Promise<void> => {
  for (const { seconds, pods } of rounds) {
    const began = clock.now()
    const gone = Promise.all(pods.map(({ pod, graceSeconds }) => end(pod, began + graceSeconds * 1000)))
    let cancel = (): void => undefined
    const over = new Promise<'over'>(resolve => (cancel = clock.after(seconds * 1000, () => resolve('over'))))
    if ((await Promise.race([gone, over])) === 'over') late()
    cancel()
  }
}
