import { parseDuration } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/**
 * When a cron job is due, as robfig/cron's standard parser reads it: at the minutes that all of the fields have, or every so many
 * milliseconds after the last time.
 */
export type CronSchedule =
  | { readonly tag: 'every'; readonly milliseconds: number }
  | {
      readonly tag: 'fields'
      readonly minutes: ReadonlySet<number>
      readonly hours: ReadonlySet<number>
      /** 1 to 31. */
      readonly days: ReadonlySet<number>
      /** 1 to 12. */
      readonly months: ReadonlySet<number>
      /** 0 (Sunday) to 6. */
      readonly weekdays: ReadonlySet<number>
      /** Whether a day must fit both by date and by weekday; where both are given without a star, either is enough. */
      readonly daysMustFitBoth: boolean
    }

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

interface Bounds {
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
}

const fields: readonly Bounds[] = [
  { least: 0, most: 59, names: [] },
  { least: 0, most: 23, names: [] },
  { least: 1, most: 31, names: [] },
  { least: 1, most: 12, names: ['', ...months] },
  { least: 0, most: 6, names: days },
]

const descriptors: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
])

const every = '@every '

/** A schedule in cron's five fields, or a descriptor such as `@hourly` or `@every 1h30m`; the error says what is wrong with it. */
export const parseSchedule = (text: string): Either<string, CronSchedule> => {
  if (text === '') return E.left('empty spec string')
  if (!text.startsWith('@')) return parseFields(text)
  const meant = descriptors.get(text)
  if (meant !== undefined) return parseFields(meant)
  if (!text.startsWith(every)) return E.left(`unrecognized descriptor: ${text}`)
  const duration = parseDuration(text.slice(every.length))
  if (E.isLeft(duration)) return E.left(`failed to parse duration ${text}: ${duration.left}`)
  return E.right({ tag: 'every', milliseconds: Math.max(1, Math.floor(duration.right / 1000)) * 1000 })
}

/** What is wrong with a schedule; `undefined`: nothing. */
export const scheduleComplaint = (text: string): string | undefined => {
  // That a zone is there is told of besides.
  const parsed = parseSchedule(text.replace(/^(?:CRON_)?TZ=[^ ]* /, ''))
  return E.isLeft(parsed) ? parsed.left : undefined
}

interface Field {
  readonly values: ReadonlySet<number>
  readonly star: boolean
}

const parseFields = (text: string): Either<string, CronSchedule> => {
  const parts = text.split(/\s+/).filter(part => part !== '')
  if (parts.length !== fields.length)
    return E.left(`expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`)
  const parsed: Field[] = []
  for (const [i, bounds] of fields.entries()) {
    const field = parseField(parts[i] ?? '', bounds)
    if (E.isLeft(field)) return field
    parsed.push(field.right)
  }
  const [minute, hour, date, month, weekday] = parsed as [Field, Field, Field, Field, Field]
  return E.right({
    tag: 'fields',
    minutes: minute.values,
    hours: hour.values,
    days: date.values,
    months: month.values,
    weekdays: weekday.values,
    daysMustFitBoth: date.star || weekday.star,
  })
}

const parseField = (text: string, bounds: Bounds): Either<string, Field> => {
  const values = new Set<number>()
  let star = false
  for (const part of text.split(',').filter(one => one !== '')) {
    const range = parseRange(part, bounds)
    if (E.isLeft(range)) return range
    const { start, end, step } = range.right
    for (let value = start; value <= end; value += step) values.add(value)
    star ||= range.right.star
  }
  return E.right({ values, star })
}

interface Range {
  readonly start: number
  readonly end: number
  readonly step: number
  readonly star: boolean
}

const parseRange = (range: string, bounds: Bounds): Either<string, Range> => {
  const [span = '', stepText, extra] = range.split('/')
  const [from = '', to, more] = span.split('-')
  const isStar = from === '*' || from === '?'
  const first = isStar ? E.right(bounds.least) : valueOf(from, bounds)
  if (E.isLeft(first)) return first
  const last = isStar ? E.right(bounds.most) : to === undefined ? first : valueOf(to, bounds)
  if (E.isLeft(last)) return last
  if (!isStar && more !== undefined) return E.left(`too many hyphens: ${range}`)
  if (extra !== undefined) return E.left(`too many slashes: ${range}`)
  const step = stepText === undefined ? E.right(1) : wholeNumber(stepText)
  if (E.isLeft(step)) return step
  const [start, end] = [first.right, stepText !== undefined && to === undefined ? bounds.most : last.right]
  if (start < bounds.least) return E.left(`beginning of range (${start}) below minimum (${bounds.least}): ${range}`)
  if (end > bounds.most) return E.left(`end of range (${end}) above maximum (${bounds.most}): ${range}`)
  if (start > end) return E.left(`beginning of range (${start}) beyond end of range (${end}): ${range}`)
  if (step.right === 0) return E.left(`step of range should be a positive number: ${range}`)
  return E.right({ start, end, step: step.right, star: isStar && step.right === 1 })
}

const valueOf = (text: string, { names }: Bounds): Either<string, number> => {
  const named = names.indexOf(text.toLowerCase())
  return text !== '' && named >= 0 ? E.right(named) : wholeNumber(text)
}

const wholeNumber = (text: string): Either<string, number> => {
  if (!/^[+-]?[0-9]+$/.test(text))
    return E.left(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`)
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    return E.left(`failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: value out of range`)
  return value < 0 ? E.left(`negative number (${value}) not allowed: ${text}`) : E.right(value + 0)
}
