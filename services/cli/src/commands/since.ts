import { parseDuration } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import { E } from '@periplus/prelude'

/** From when on, in milliseconds since the epoch: so long ago, such as `10m`, or at a time. */
export const startOf = (text: string, now = Date.now()): number => {
  const duration = parseDuration(text)
  if (E.isRight(duration)) return now - duration.right
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw new CannotGoOn(`'${text}' is neither a duration, such as 10m, nor a time`)
  return time
}

/** A moment of the past as the server reads it: a sequence or a time, or so long ago, such as `10m`. */
export const momentAt = (text: string, now = Date.now()): string => {
  const duration = /^\d+$/.test(text) ? undefined : parseDuration(text)
  return duration && E.isRight(duration) ? new Date(now - duration.right).toISOString() : text
}

/** Likewise where one was named. */
export const momentIfAny = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : momentAt(text)
