import { pause } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { LogQuota } from './log-quota.ts'

/** How fast a run's lines may be sent. */
export interface LogPace {
  /** Whether the next line, of so many bytes, is sent; it counts as sent then. */
  keeps(bytes: number): boolean
  /** Resolves when more may be read. `behind` says how many bytes wait in the log. */
  wait(behind: () => Promise<number>, signal: AbortSignal): Promise<void>
}

/** A pod that was quiet may say so much at once, in seconds of its quota. */
const burstSeconds = 5
/** What waits for longer than this goes, where the oldest goes. */
const longestWait = 10

/** A quota's pace, shared by all that a pod says. */
export const logPace = (quota: () => LogQuota | undefined, clock: Clock): LogPace => {
  /** In bytes; below zero, so much was sent ahead of its time. `Infinity`: nothing was counted yet. */
  let saved = Infinity
  let countedAt = clock.now()
  let isDropping = false
  const gain = ({ bytesPerSecond }: LogQuota): void => {
    const now = clock.now()
    // A clock that is set back gives nothing and takes nothing.
    const earned = (Math.max(0, now - countedAt) / 1000) * bytesPerSecond
    countedAt = now
    saved = Math.min(saved + earned, burstSeconds * bytesPerSecond)
  }
  return {
    keeps: bytes => {
      const now = quota()
      if (!now) return true
      gain(now)
      if (now.overQuota === 'Sample' ? saved < bytes : isDropping) return false
      saved -= bytes
      return true
    },
    wait: async (behind, signal) => {
      for (let now = quota(); now && now.overQuota !== 'Sample' && !signal.aborted; now = quota()) {
        gain(now)
        isDropping = now.overQuota === 'DropOldest' && (await behind()) > longestWait * now.bytesPerSecond
        if (isDropping || saved >= 0) return
        await pause(clock, Math.min(1_000, (-saved / now.bytesPerSecond) * 1_000), signal)
      }
      isDropping = false
    },
  }
}

export const unlimitedPace: LogPace = { keeps: () => true, wait: async () => undefined }
