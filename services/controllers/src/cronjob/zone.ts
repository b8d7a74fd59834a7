/** What a clock on the wall shows, in the proleptic Gregorian calendar. */
export interface WallTime {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  /** 1 to 31. */
  readonly day: number
  /** 0 (Sunday) to 6. */
  readonly weekday: number
  readonly hour: number
  readonly minute: number
}

/** The time of a place: what its clocks show, and when they show it. Milliseconds since the epoch. */
export interface Zone {
  /** How far its clocks are ahead of UTC, in milliseconds. */
  offsetAt(instant: number): number
  wallTime(instant: number): WallTime
  /** When its clocks show this. A time that a clock leaps over is one beside it, one that comes twice is one of the two, as for Go. */
  instantOf(year: number, month: number, day: number, hour: number, minute: number): number
}

const wallOf = (shown: number): WallTime => {
  const date = new Date(shown)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    weekday: date.getUTCDay(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  }
}

const zoneWith = (offsetAt: (instant: number) => number): Zone => ({
  offsetAt,
  wallTime: instant => wallOf(instant + offsetAt(instant)),
  instantOf: (year, month, day, hour, minute) => {
    const shown = Date.UTC(year, month - 1, day, hour, minute)
    const offset = offsetAt(shown)
    return offset === 0 ? shown : shown - offsetAt(shown - offset)
  },
})

/** Coordinated universal time. */
export const utc: Zone = zoneWith(() => 0)

/** Clocks are set at quarters of an hour: within one, an offset stays what it is. */
const quarter = 900_000

const partsOf = (format: Intl.DateTimeFormat, instant: number): number => {
  const parts: Record<string, number> = {}
  for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value)
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

/** The time of a name in the database of time zones; `undefined` for a name that isn't in it. */
export const zoneOf = (name: string): Zone | undefined => {
  if (name === 'UTC' || name === 'Etc/UTC') return utc
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  const known = new Map<number, number>()
  return zoneWith(instant => {
    const start = Math.floor(instant / quarter) * quarter
    let offset = known.get(start)
    if (offset === undefined) known.set(start, (offset = partsOf(format, start) - start))
    return offset
  })
}
