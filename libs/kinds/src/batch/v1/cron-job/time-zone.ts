import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'

const { invalid } = fieldError

const part = /^[A-Za-z0-9_+.-]*$/

const names: ReadonlySet<string> = new Set(Intl.supportedValuesOf('timeZone'))
const lowerCase: ReadonlySet<string> = new Set([...names].map(name => name.toLowerCase()))

/** `Intl` looks at no case, the database of zones does. */
const isKnown = (zone: string): boolean => {
  if (names.has(zone)) return true
  if (lowerCase.has(zone.toLowerCase())) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** What is wrong with the zone in whose time a schedule is read. */
export const timeZoneErrors = (path: FieldPath, zone: string | undefined): readonly FieldError[] => {
  if (zone === undefined) return []
  if (zone === '') return [invalid(path, zone, 'timeZone must be nil or non-empty string')]
  const unknown = invalid(path, zone, `unknown time zone ${zone}`)
  const broken = zone.split('/').some(piece => piece === '.' || piece === '..' || /^-/.test(piece) || !part.test(piece))
  if (broken) return [unknown]
  if (zone.toLowerCase() === 'local')
    return [
      invalid(path, zone, 'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones'),
      ...(zone === 'Local' ? [] : [unknown]),
    ]
  return isKnown(zone) ? [] : [unknown]
}
