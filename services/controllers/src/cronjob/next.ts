import type { CronSchedule } from '@periplus/kinds'
import type { WallTime, Zone } from './zone.ts'

const second = 1_000
const minute = 60_000
const hour = 3_600_000

/** A schedule that is due at no time of so many years is due never, such as that of a 31st of February. */
const yearsAhead = 5

type Fields = Extract<CronSchedule, { tag: 'fields' }>

const fitsDay = ({ days, weekdays, daysMustFitBoth }: Fields, { day, weekday }: WallTime): boolean =>
  daysMustFitBoth ? days.has(day) && weekdays.has(weekday) : days.has(day) || weekdays.has(weekday)

/** When a day begins: where clocks leap over midnight, that is the instant at which they do. */
const startOf = (zone: Zone, year: number, month: number, day: number): number => {
  const start = zone.instantOf(year, month, day, 0, 0)
  const shown = zone.wallTime(start).hour
  return shown > 12 ? start + (24 - shown) * hour : start
}

const nextFitting = (schedule: Fields, after: number, zone: Zone): number | undefined => {
  let time = Math.floor(after / second) * second + second
  const lastYear = zone.wallTime(time).year + yearsAhead
  for (let wall = zone.wallTime(time); wall.year <= lastYear; wall = zone.wallTime(time)) {
    if (!schedule.months.has(wall.month)) time = startOf(zone, wall.year, wall.month + 1, 1)
    else if (!fitsDay(schedule, wall)) time = startOf(zone, wall.year, wall.month, wall.day + 1)
    // Hours and minutes pass one by one: where clocks are set, the same hour comes twice, and another one never.
    else if (!schedule.hours.has(wall.hour)) time = time - ((time + zone.offsetAt(time)) % hour) + hour
    else if (!schedule.minutes.has(wall.minute) || time % minute !== 0)
      time = Math.floor(time / minute) * minute + minute
    else return time
  }
  return undefined
}

/** When a schedule is due next, after an instant, in milliseconds since the epoch; `undefined`: never. As robfig/cron reckons it. */
export const nextTime = (schedule: CronSchedule, after: number, zone: Zone): number | undefined =>
  schedule.tag === 'every'
    ? Math.floor(after / second) * second + schedule.milliseconds
    : nextFitting(schedule, after, zone)
