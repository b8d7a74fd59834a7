import { inZone } from '../values/time.ts'
import type { Duration, Timestamp } from '../values/value.ts'
import { arg, overload } from './overload.ts'
import type { Overload } from './overload.ts'

const dayOfYear = (date: Date): number => {
  const start = new Date(date)
  start.setUTCMonth(0, 1)
  return Math.round((date.getTime() - start.getTime()) / 86_400_000)
}

const parts: readonly (readonly [string, string, (date: Date) => number])[] = [
  ['getFullYear', 'year', date => date.getUTCFullYear()],
  ['getMonth', 'month', date => date.getUTCMonth()],
  ['getDayOfYear', 'day_of_year', dayOfYear],
  ['getDayOfMonth', 'day_of_month', date => date.getUTCDate() - 1],
  ['getDate', 'day_of_month_1_based', date => date.getUTCDate()],
  ['getDayOfWeek', 'day_of_week', date => date.getUTCDay()],
  ['getHours', 'hours', date => date.getUTCHours()],
  ['getMinutes', 'minutes', date => date.getUTCMinutes()],
  ['getSeconds', 'seconds', date => date.getUTCSeconds()],
  ['getMilliseconds', 'milliseconds', date => date.getUTCMilliseconds()],
]

const ofDurations: readonly (readonly [string, string, bigint, bigint | undefined])[] = [
  ['getHours', 'hours', 3_600_000_000_000n, undefined],
  ['getMinutes', 'minutes', 60_000_000_000n, undefined],
  ['getSeconds', 'seconds', 1_000_000_000n, undefined],
  ['getMilliseconds', 'milliseconds', 1_000_000n, 1000n],
]

/** The parts of times and durations. */
export const times: readonly Overload[] = [
  ...parts.flatMap(([name, id, of]) => [
    overload(`.${name}`, `timestamp_to_${id}`, 'timestamp -> int', args =>
      BigInt(of(inZone(arg<Timestamp>(args, 0), 'UTC'))),
    ),
    overload(`.${name}`, `timestamp_to_${id}_with_tz`, 'timestamp, string -> int', (args, budget) => {
      // The zone's rules are looked up.
      budget.toil(6_000)
      return BigInt(of(inZone(arg<Timestamp>(args, 0), arg<string>(args, 1))))
    }),
  ]),
  ...ofDurations.map(([name, id, unit, modulus]) =>
    overload(`.${name}`, `duration_to_${id}`, 'duration -> int', args => {
      const whole = arg<Duration>(args, 0).nanos / unit
      return modulus === undefined ? whole : whole % modulus
    }),
  ),
]
