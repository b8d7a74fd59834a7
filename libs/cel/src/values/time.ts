import { withoutTrailing } from '@periplus/prelude'
import { Duration, EvaluationFault, Timestamp } from './value.ts'

const second = 1_000_000_000n
const mostDuration = 2n ** 63n - 1n
const firstTime = -62_135_596_800n * second
const lastTime = 253_402_300_800n * second - 1n

export const timestampOf = (nanos: bigint): Timestamp => {
  if (nanos < firstTime || nanos > lastTime) throw new EvaluationFault('timestamp overflow')
  return new Timestamp(nanos)
}

export const durationOf = (nanos: bigint): Duration => {
  if (nanos < -mostDuration - 1n || nanos > mostDuration) throw new EvaluationFault('duration overflow')
  return new Duration(nanos)
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9})\d*)?([Zz]|[-+]\d\d:\d\d)$/

/** A time as RFC 3339 writes it; `undefined` where it is none, or out of range. */
export const parseTimestamp = (text: string): Timestamp | undefined => {
  const [whole, year = '', month = '', day = '', hour = '', minute = '', sec = '', fraction = '', zone = ''] =
    text.length > 64 ? [] : (rfc3339.exec(text) ?? [])
  if (whole === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(sec) > 59) return undefined
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(Number(hour), Number(minute), Number(sec))
  if (date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) return undefined
  const offset = /^[zZ]$/.test(zone) ? 0 : offsetOf(zone)
  const nanos = BigInt(date.getTime() / 1000 - offset * 60) * second + BigInt(fraction.padEnd(9, '0'))
  return nanos < firstTime || nanos > lastTime ? undefined : new Timestamp(nanos)
}

/** `+01:30`, in minutes. */
const offsetOf = (zone: string): number => {
  const sign = zone.startsWith('-') ? -1 : 1
  const [hours = '0', minutes = '0'] = zone.replace(/^[-+]/, '').split(':')
  return sign * (Number(hours) * 60 + Number(minutes))
}

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', second],
  ['m', 60n * second],
  ['h', 3600n * second],
])

/** Go's duration text, exact to the nanosecond; `undefined` where it is none, or out of range. */
export const parseDuration = (text: string): Duration | undefined => {
  if (text.length > 256) return undefined
  const sign = text.startsWith('-') ? -1n : 1n
  let rest = text.replace(/^[-+]/, '')
  if (rest === '0') return new Duration(0n)
  let total = 0n
  do {
    const [all, whole = '', fraction = '', unit = ''] = /^(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/.exec(rest) ?? []
    const size = units.get(unit)
    if (all === undefined || size === undefined || whole + fraction === '') return undefined
    total += BigInt(whole || '0') * size + (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length)
    rest = rest.slice(all.length)
  } while (rest !== '')
  return total > mostDuration ? undefined : new Duration(sign * total)
}

const fractionText = (nanos: bigint): string => {
  const digits = withoutTrailing(nanos.toString().padStart(9, '0'), '0')
  return digits === '' ? '' : `.${digits}`
}

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b

/** As RFC 3339 writes it, in UTC, without trailing zeros. */
export const timestampText = ({ nanos }: Timestamp): string => {
  const seconds = floorDivide(nanos, second)
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fractionText(nanos - seconds * second)}Z`
}

/** In seconds, as protocol buffers' JSON writes it: `90.5s`. */
export const durationText = ({ nanos }: Duration): string => {
  const size = nanos < 0n ? -nanos : nanos
  return `${nanos < 0n ? '-' : ''}${size / second}${fractionText(size % second)}s`
}

/** A time's parts in a zone: by its name, or as an offset like `-08:00`. */
export const inZone = ({ nanos }: Timestamp, zone: string): Date => {
  const milliseconds = Number(floorDivide(nanos, 1_000_000n))
  if (zone === 'UTC' || zone === '') return new Date(milliseconds)
  if (/^[-+]?\d\d:\d\d$/.test(zone)) return new Date(milliseconds + offsetOf(zone) * 60_000)
  try {
    const format = new Intl.DateTimeFormat('en-US', { ...fields, timeZone: zone.slice(0, 64) })
    const part = new Map(format.formatToParts(milliseconds).map(({ type, value }) => [type, Number(value)]))
    const of = (name: Intl.DateTimeFormatPartTypes): number => part.get(name) ?? 0
    const date = new Date(0)
    date.setUTCFullYear(of('year'), of('month') - 1, of('day'))
    date.setUTCHours(of('hour'), of('minute'), of('second'), ((milliseconds % 1000) + 1000) % 1000)
    return date
  } catch {
    throw new EvaluationFault(`unknown time zone ${zone}`)
  }
}

const fields: Intl.DateTimeFormatOptions = {
  ...{ year: 'numeric', month: 'numeric', day: 'numeric', hourCycle: 'h23' },
  ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
}
