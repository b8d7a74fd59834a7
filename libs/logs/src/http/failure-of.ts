import type { WriteFailure } from '../backend.ts'
import type { HttpAnswer } from './requester.ts'

const shownOfBody = 200

/** What a backend says of itself, in one line that breaks off. */
export const excerpt = (body: Buffer): string =>
  body
    .subarray(0, shownOfBody)
    .toString('utf8')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()

/** `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. In milliseconds from `now` on. */
export const retryAfterOf = (value: string | undefined, now: number): number | undefined => {
  if (value === undefined) return undefined
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** Why a status is not what was hoped for; `undefined` for 2xx. */
export const failureOf = ({ status, retryAfter, body }: HttpAnswer, now: number): WriteFailure | undefined => {
  if (status >= 200 && status < 300) return undefined
  const said = excerpt(body)
  const why = `HTTP ${status}${said === '' ? '' : `: ${said}`}`
  if (status === 413) return { tag: 'TooLarge', why }
  if (status === 400 || status === 422) return { tag: 'Poisoned', why }
  const wait = retryAfterOf(retryAfter, now)
  if (status === 408 || status === 425 || status === 429 || status >= 500)
    return { tag: 'Unavailable', why, ...(wait === undefined ? {} : { retryAfter: wait }) }
  return { tag: 'Denied', why }
}
