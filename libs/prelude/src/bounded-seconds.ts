/** A hundred years: longer than anything of the API waits, and short enough for every timer, deadline and date. */
const mostSeconds = 100 * 365 * 24 * 3600

/**
 * Seconds as the API has them (any int64, fractions where they were reckoned), as what a timer or a deadline may be made from:
 * what is beyond a hundred years is a hundred years, what is no number is none.
 */
export const boundedSeconds = (given: number | bigint): number => {
  const seconds = Number(given)
  return Number.isNaN(seconds) ? 0 : Math.min(mostSeconds, Math.max(-mostSeconds, seconds))
}

/** The same as milliseconds of a clock. */
export const boundedMilliseconds = (seconds: number | bigint): number => boundedSeconds(seconds) * 1000
