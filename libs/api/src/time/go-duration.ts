import { E, own } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** Go's duration text, such as `1h30m` or `1.5s`, in milliseconds; the left side is Go's error text. */
export const parseDuration = (text: string): Either<string, number> => {
  const shown = JSON.stringify(text)
  const sign = text.startsWith('-') ? -1 : 1
  let rest = /^[+-]/.test(text) ? text.slice(1) : text
  if (rest === '0') return E.right(0)
  if (rest === '' || text.length > 256) return E.left(`time: invalid duration ${shown}`)
  let total = 0
  while (rest !== '') {
    const match = /^([0-9]*\.?[0-9]*)([^0-9.]*)/.exec(rest)
    const [whole = '', amount = '', unit = ''] = match ?? []
    if (amount === '' || amount === '.') return E.left(`time: invalid duration ${shown}`)
    if (unit === '') return E.left(`time: missing unit in duration ${shown}`)
    const milliseconds = own(units, unit)
    if (milliseconds === undefined) return E.left(`time: unknown unit ${JSON.stringify(unit)} in duration ${shown}`)
    total += Number(amount) * milliseconds
    rest = rest.slice(whole.length)
  }
  return E.right(sign * total)
}

/** Milliseconds as Go prints a duration: `1h0m0s`, `1.5s`, `300ms`, `0s`. */
export const formatDuration = (milliseconds: number): string => {
  if (milliseconds === 0) return '0s'
  const sign = milliseconds < 0 ? '-' : ''
  const size = Math.abs(milliseconds)
  if (size < 1e-3) return `${sign}${Math.round(size * 1e6)}ns`
  if (size < 1) return `${sign}${Number((size * 1e3).toFixed(3))}µs`
  if (size < 1000) return `${sign}${Number(size.toFixed(6))}ms`
  const minutes = Math.floor(size / 60_000)
  const seconds = Number(((size - minutes * 60_000) / 1000).toFixed(9))
  if (minutes === 0) return `${sign}${seconds}s`
  const hours = Math.floor(minutes / 60)
  return `${sign}${hours === 0 ? '' : `${hours}h`}${minutes % 60}m${seconds}s`
}
