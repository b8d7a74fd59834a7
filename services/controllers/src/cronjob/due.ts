import type { CronSchedule } from '@periplus/kinds'
import { nextTime } from './next.ts'
import type { Zone } from './zone.ts'

/** Where a cron job stands in its schedule. Milliseconds since the epoch. */
export interface Due {
  /** The newest time at which a job should have been made since the last one; `undefined` where there is none. */
  readonly scheduled: number | undefined
  /** Whether so many times have passed since the last job that the clocks or the deadline must be wrong. */
  readonly tooManyMissed: boolean
  /** When the schedule is due next, after now; `undefined`: never. */
  readonly next: number | undefined
}

const minute = 60_000

/** So many missed times are explained by a weekend without a controller; more are told of. */
const fewMissed = 100

/** The newest time at which the schedule was due, from `first` on, which is such a time. */
const newestTime = (schedule: CronSchedule, first: number, now: number, zone: Zone): number => {
  if (schedule.tag === 'every') return first + Math.floor((now - first) / schedule.milliseconds) * schedule.milliseconds
  // Times are whole minutes. Between `known` and `after` lies the newest; half of what is left is put aside at each look.
  let [known, after] = [first / minute, Math.floor(now / minute) + 1]
  while (known + 1 < after) {
    const middle = Math.floor((known + after) / 2)
    const next = nextTime(schedule, middle * minute - 1, zone)
    if (next !== undefined && next <= now) known = next / minute
    else after = middle
  }
  return known * minute
}

/**
 * What is due. `last` is the last time for which there was a job, or the cron job's creation; for a time that is not after `deadline`
 * no job is made any more. An error says what is wrong with the schedule.
 */
export const dueOf = (
  schedule: CronSchedule,
  zone: Zone,
  { last, deadline = -Infinity, now }: { readonly last: number; readonly deadline?: number; readonly now: number },
): Due | string => {
  // The times of `@every` are counted from the last one, whatever was too late since.
  const from = schedule.tag === 'every' ? last : Math.max(last, deadline)
  const first = nextTime(schedule, from, zone)
  if (first === undefined) return 'time difference between two schedules is less than 1 second'
  if (now < first) return { scheduled: undefined, tooManyMissed: false, next: first }
  const scheduled = newestTime(schedule, first, now, zone)
  const next = nextTime(schedule, scheduled, zone)
  if (scheduled <= deadline) return { scheduled: undefined, tooManyMissed: false, next }
  const second = nextTime(schedule, first, zone) ?? Infinity
  const missed = Math.floor((now - Math.max(first, deadline)) / (second - first)) + 1
  return { scheduled, tooManyMissed: missed > fewMissed, next }
}
