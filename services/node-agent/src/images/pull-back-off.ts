import type { Clock } from '@periplus/prelude'

const initialSeconds = 10
const longestSeconds = 300

/** Kubernetes' image back-off: 10 s, doubling up to 5 minutes, forgotten after 10 minutes without a failure. */
export const pullBackOff = (clock: Clock) => {
  const failed = new Map<string, { seconds: number; at: number }>()
  return {
    /** Records a failure; how many seconds to wait before the next try. */
    after: (key: string): number => {
      const before = failed.get(key)
      const now = clock.now()
      const recent = before && now - before.at <= 2 * longestSeconds * 1000
      const seconds = recent ? Math.min(before.seconds * 2, longestSeconds) : initialSeconds
      failed.set(key, { seconds, at: now })
      for (const [other, { at }] of failed) if (now - at > 2 * longestSeconds * 1000) failed.delete(other)
      return seconds
    },
    forget: (key: string): void => void failed.delete(key),
  }
}
