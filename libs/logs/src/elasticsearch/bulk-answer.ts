import type { RefusedLine, WriteAnswer } from '../backend.ts'
import { excerpt } from '../http/failure-of.ts'
import type { HttpAnswer } from '../http/requester.ts'

interface Item {
  readonly status: number
  readonly why: string
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

const itemOf = (value: unknown): Item | undefined => {
  const result = isObject(value) ? Object.values(value)[0] : undefined
  if (!isObject(result) || typeof result['status'] !== 'number') return undefined
  const error = result['error']
  const [type, reason] = isObject(error) ? [error['type'], error['reason']] : ['error', error]
  return { status: result['status'], why: `${String(type)}: ${String(reason)}`.slice(0, 300) }
}

/** A document that is there already is there. */
const arrived = (status: number): boolean => (status >= 200 && status < 300) || status === 409

const isBusy = (status: number): boolean => status === 429 || status >= 500

/** What the bulk API says of each of `count` documents: some may have been taken while others were refused, or were too many. */
export const bulkAnswer = ({ body, cutOff }: HttpAnswer, count: number): WriteAnswer => {
  const answer = cutOff ? undefined : parse(body)
  if (isObject(answer) && answer['errors'] === false) return { tag: 'Taken' }
  const items = isObject(answer) && Array.isArray(answer['items']) ? answer['items'].map(itemOf) : []
  if (items.length !== count || items.includes(undefined))
    return { tag: 'Unavailable', why: `no answer of a bulk API: ${excerpt(body)}` }
  const refused: RefusedLine[] = []
  const again: number[] = []
  let busy: string | undefined
  let denied: string | undefined
  items.forEach((item, index) => {
    if (item === undefined || arrived(item.status)) return
    if (item.status === 400 || item.status === 413) refused.push({ index, why: item.why })
    else {
      again.push(index)
      if (isBusy(item.status)) busy ??= item.why
      else denied ??= item.why
    }
  })
  if (again.length === 0) return { tag: 'Taken', refused }
  const why = busy ?? denied ?? 'some documents were not taken'
  return { tag: 'Taken', refused, again, failure: { tag: busy === undefined ? 'Denied' : 'Unavailable', why } }
}
