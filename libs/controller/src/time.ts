import { parseTime } from '@periplus/api'

/** Milliseconds since the epoch; `undefined` for what is absent or not a time. */
export const millisecondsOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : parseTime(time)
