const minute = 60
const hour = 60 * minute
const day = 24 * hour
const year = 365 * day

/** A duration as Kubernetes prints ages: coarser as it grows, at most two units. */
export const humanDuration = (milliseconds: number): string => {
  const seconds = Math.trunc(milliseconds / 1000)
  if (seconds < -1) return '<invalid>'
  if (seconds < 0) return '0s'
  if (seconds < 2 * minute) return `${seconds}s`
  if (seconds < 10 * minute) return twoUnits(seconds, minute, 'm', 1, 's')
  if (seconds < 3 * hour) return `${Math.floor(seconds / minute)}m`
  if (seconds < 8 * hour) return twoUnits(seconds, hour, 'h', minute, 'm')
  if (seconds < 2 * day) return `${Math.floor(seconds / hour)}h`
  if (seconds < 8 * day) return twoUnits(seconds, day, 'd', hour, 'h')
  if (seconds < 2 * year) return `${Math.floor(seconds / day)}d`
  if (seconds < 8 * year) return twoUnits(seconds, year, 'y', day, 'd')
  return `${Math.floor(seconds / year)}y`
}

/** The time since an RFC 3339 moment; `<unknown>` where there is none. */
export const age = (since: string | undefined, now: number): string =>
  since === undefined ? '<unknown>' : humanDuration(now - Date.parse(since))

const twoUnits = (seconds: number, large: number, largeUnit: string, small: number, smallUnit: string): string => {
  const rest = Math.floor((seconds % large) / small)
  const whole = `${Math.floor(seconds / large)}${largeUnit}`
  return rest === 0 ? whole : `${whole}${rest}${smallUnit}`
}
