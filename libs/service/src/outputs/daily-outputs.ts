import { statSync } from 'node:fs'
import type { Clock } from '@periplus/prelude'
import { boundFile, rotateFile, sizeOfOutput } from './bound-file.ts'
import { rotatedPath } from './rotated-files.ts'

/** Outputs that begin anew when they are full, and each day. */
export interface DailyOutputs {
  /** To be called often; of those whose day is over one begins anew each time, as copies take a while. Whether any began anew. */
  look(paths: readonly string[]): boolean
}

/** The midnight before a moment, in the machine's time zone, as logrotate's days are. */
const startOfDay = (time: number): number => new Date(time).setHours(0, 0, 0, 0)

/** When what is in an output was begun, as far as files tell: when the one before it was ended, or when it was made. */
const begunBefore = (path: string): number =>
  statSync(rotatedPath(path, 1), { throwIfNoEntry: false })?.mtimeMs ??
  statSync(path, { throwIfNoEntry: false })?.birthtimeMs ??
  0

/** An output in which nothing was said since the day before goes on as it is. */
export const dailyOutputs = (clock: Clock, limit?: number): DailyOutputs => {
  const begun = new Map<string, number>()
  return {
    look: paths => {
      const now = clock.now()
      let isOneTurned = false
      let isAnyFull = false
      for (const path of paths) {
        const isFull = boundFile(path, limit, { now })
        isAnyFull ||= isFull
        if (isFull || !sizeOfOutput(path)) {
          begun.set(path, now)
          continue
        }
        const since = begun.get(path) ?? begunBefore(path)
        begun.set(path, since)
        if (since >= startOfDay(now) || isOneTurned) continue
        rotateFile(path, { now })
        begun.set(path, now)
        isOneTurned = true
      }
      return isOneTurned || isAnyFull
    },
  }
}
