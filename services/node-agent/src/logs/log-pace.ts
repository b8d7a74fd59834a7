import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { LogQuota } from './log-quota.ts'

/** How fast a log's lines may be sent. */
export interface LogPace {
  /** Whether the next line, of so many bytes, is sent; it counts as sent then. */
  keeps(bytes: number): boolean
  /**
   * Resolves when more may be read, after so many bytes of the log were. `behind` says how many wait in it, and is asked as seldom as
   * may be, as it looks at each of its files.
   */
  wait(read: number, behind: () => Promise<number>, signal: AbortSignal): Promise<void>
}

/** A pod that was quiet may say so much at once, in seconds of its quota. */
const burstSeconds = 5
/** What waits for longer than this goes, where the oldest goes. */
const longestWait = 10

/** A quota's pace, shared by all that a pod says: one for each of its logs, as each may be behind by itself. */
export const logPaces = (quota: () => LogQuota | undefined, clock: Clock): (() => LogPace) => {
  /** In bytes; below zero, so much was sent ahead of its time. `Infinity`: nothing was counted yet. */
  let saved = Infinity
  let countedAt = clock.now()
  const gain = ({ bytesPerSecond }: LogQuota): void => {
    const now = clock.now()
    // A clock that is set back gives nothing and takes nothing.
    const earned = (Math.max(0, now - countedAt) / 1000) * bytesPerSecond
    countedAt = now
    saved = Math.min(saved + earned, burstSeconds * bytesPerSecond)
  }
  return () => {
    /** So many bytes of the log go, at least. */
    let surplus = 0
    return {
      keeps: bytes => {
        const now = quota()
        if (!now) return true
        gain(now)
        if (now.overQuota === 'Sample' ? saved < bytes : surplus > 0) return false
        saved -= bytes
        return true
      },
      wait: async (read, behind, signal) => {
        surplus = Math.max(0, surplus - read)
        for (let now = quota(); now && now.overQuota !== 'Sample' && !signal.aborted; now = quota()) {
          gain(now)
          if (now.overQuota === 'Block') surplus = 0
          else if (surplus === 0 && saved < 0)
            surplus = Math.max(0, (await behind()) - longestWait * now.bytesPerSecond)
          if (surplus > 0 || saved >= 0) return
          await pause(clock, Math.min(1_000, (-saved / now.bytesPerSecond) * 1_000), signal)
        }
        surplus = 0
      },
    }
  }
}

export const unlimitedPace: LogPace = { keeps: () => true, wait: async () => undefined }
