/** The first and the last moment that RFC 3339 has text for. */
const firstMoment = -62_167_219_200_000
const lastMoment = 253_402_300_799_999

const bounded = (milliseconds: number): number => Math.min(Math.max(milliseconds, firstMoment), lastMoment)

/**
 * The moment so many seconds after another, both in milliseconds since the epoch: where an integer of the API becomes time.
 * Seconds are 64-bit integers there, so what lies beyond the years that can be written is the last moment of them (or the first).
 */
export const secondsAfter = (moment: number, seconds: number | bigint): number =>
  bounded(moment + Number(seconds) * 1000)

/** Whether a moment is the last that can be written, which stands for all that come later. */
export const isEndOfTime = (moment: number): boolean => moment >= lastMoment - 999

/** Milliseconds since the epoch -> `2026-01-02T15:04:05Z`, as `metav1.Time` is written; the nearest moment that has text. */
export const formatTime = (milliseconds: number): string =>
  `${new Date(bounded(milliseconds)).toISOString().slice(0, 19)}Z`

/**
 * Milliseconds since the epoch -> `2026-01-02T15:04:05.000000Z`, as `metav1.MicroTime` is written; fractions of a millisecond
 * become microseconds.
 */
export const formatMicroTime = (milliseconds: number): string => {
  const moment = bounded(milliseconds)
  const whole = Math.floor(moment)
  const micros = Math.floor((moment - whole) * 1000)
  return `${new Date(whole).toISOString().slice(0, 23)}${String(micros).padStart(3, '0')}Z`
}

const pattern =
  /^(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:[.,](\d{1,}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

const daysIn = (year: number, month: number): number => new Date(Date.UTC(year, month, 0)).getUTCDate()

const shape = new RegExp(pattern.source.replace(/\((?!\?)/g, '(?:'))

/** Whether text is RFC 3339; no more than that is worked out of it. */
export const isTime = (text: string): boolean =>
  shape.test(text) && (text.charCodeAt(8) < 0x32 || parseTime(text) !== undefined)

/** RFC 3339 text -> milliseconds since the epoch, with microseconds as the fraction; `undefined` for anything else. */
export const parseTime = (text: string): number | undefined => {
  const match = pattern.exec(text)
  if (!match) return undefined
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = ''] = match
  if (Number(day) > 28 && Number(day) > daysIn(Number(year), Number(month))) return undefined
  const whole = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`)
  return Number.isNaN(whole) ? undefined : whole + Number(fraction.slice(0, 6).padEnd(6, '0')) / 1000
}

/** Milliseconds since the epoch, as `parseTime`; `undefined` also for a time that is absent. */
export const millisecondsOf = (time: string | undefined): number | undefined =>
  time === undefined ? undefined : parseTime(time)

/** What Go says of text that is not a time; the reference layout is Go's own. */
export const timeFormatText = (text: string): string => {
  const layout = '2006-01-02T15:04:05Z07:00'
  const shown = JSON.stringify(text)
  const rest = (at: number): string => JSON.stringify(text.slice(at))
  const steps: readonly (readonly [RegExp, string])[] = [
    [/^\d{4}/, '2006'],
    [/^-/, '-'],
    [/^\d{2}/, '01'],
    [/^-/, '-'],
    [/^\d{2}/, '02'],
    [/^T/, 'T'],
    [/^\d{2}/, '15'],
    [/^:/, ':'],
    [/^\d{2}/, '04'],
    [/^:/, ':'],
    [/^\d{2}(?:[.,]\d+)?/, '05'],
    [/^(?:Z|[+-]\d{2}:\d{2})/, 'Z07:00'],
  ]
  let at = 0
  for (const [step, part] of steps) {
    const found = step.exec(text.slice(at))
    if (!found) return `parsing time ${shown} as "${layout}": cannot parse ${rest(at)} as "${part}"`
    at += found[0].length
  }
  return at < text.length ? `parsing time ${shown}: extra text: ${rest(at)}` : `parsing time ${shown}: day out of range`
}
