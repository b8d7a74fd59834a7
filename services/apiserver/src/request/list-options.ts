import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { FieldError, Refusal } from '@periplus/api'
import { booleanParameter } from './request-info.ts'

/** `meta.k8s.io/v1` ListOptions as a query carries them; selectors are still text. */
export interface ListOptions {
  readonly labelSelector: string
  readonly fieldSelector: string
  readonly allowWatchBookmarks: boolean
  /** `undefined`: not asked about. */
  readonly sendInitialEvents: boolean | undefined
  /** `undefined`: the most recent. */
  readonly resourceVersion: number | undefined
  readonly resourceVersionMatch: '' | 'Exact' | 'NotOlderThan'
  readonly timeoutSeconds: number | undefined
  /** 0: no limit. */
  readonly limit: number
  readonly continue: string
}

const integer = (query: URLSearchParams, name: string): Either<Refusal, number | undefined> => {
  const value = query.get(name)
  if (value === null || value === '') return E.right(undefined)
  return /^[+-]?\d{1,18}$/.test(value)
    ? E.right(Number(value))
    : E.left({ tag: 'BadRequest', message: `strconv.ParseInt: parsing ${JSON.stringify(value)}: invalid syntax` })
}

/** Resource versions are positions in the log: decimal and not negative. */
export const parseResourceVersion = (text: string): Either<Refusal, number | undefined> => {
  if (text === '') return E.right(undefined)
  if (/^\d{1,16}$/.test(text)) return E.right(Number(text))
  return E.left({
    tag: 'Invalid',
    target: { group: 'meta.k8s.io', kind: 'ListOptions', resource: '', name: '' },
    causes: [
      {
        reason: 'FieldValueInvalid',
        field: 'resourceVersion',
        message: `Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
      },
    ],
  })
}

export const parseListOptions = (query: URLSearchParams, watching: boolean): Either<Refusal, ListOptions> => {
  const limit = integer(query, 'limit')
  if (E.isLeft(limit)) return limit
  const timeoutSeconds = integer(query, 'timeoutSeconds')
  if (E.isLeft(timeoutSeconds)) return timeoutSeconds
  const resourceVersion = parseResourceVersion(query.get('resourceVersion') ?? '')
  if (E.isLeft(resourceVersion)) return resourceVersion
  const match = query.get('resourceVersionMatch') ?? ''
  const options = {
    labelSelector: query.get('labelSelector') ?? '',
    fieldSelector: query.get('fieldSelector') ?? '',
    allowWatchBookmarks: booleanParameter(query, 'allowWatchBookmarks'),
    sendInitialEvents: query.has('sendInitialEvents') ? booleanParameter(query, 'sendInitialEvents') : undefined,
    resourceVersion: resourceVersion.right,
    timeoutSeconds: timeoutSeconds.right,
    limit: Math.max(0, limit.right ?? 0),
    continue: query.get('continue') ?? '',
  }
  const errors = watching ? watchErrors(options, match) : listErrors(options, match)
  if (errors.length > 0)
    return E.left({
      tag: 'Invalid',
      target: { group: 'meta.k8s.io', kind: 'ListOptions', resource: '', name: '' },
      causes: errors,
    })
  return E.right({ ...options, resourceVersionMatch: match === 'Exact' || match === 'NotOlderThan' ? match : '' })
}

type Unmatched = Omit<ListOptions, 'resourceVersionMatch'>

const forbidden = (field: string, message: string): FieldError => ({
  reason: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${message}`,
})

const unsupported = (match: string, supported: readonly string[]): FieldError => ({
  reason: 'FieldValueNotSupported',
  field: 'resourceVersionMatch',
  message: `Unsupported value: ${JSON.stringify(match)}: supported values: ${supported.map(value => JSON.stringify(value)).join(', ')}`,
})

/** The rules of `ValidateListOptions` in `k8s.io/apimachinery`, for lists. */
const listErrors = (options: Unmatched, match: string): readonly FieldError[] => {
  const errors: FieldError[] = []
  if (options.sendInitialEvents !== undefined)
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  if (match === '') return errors
  if (options.resourceVersion === undefined)
    errors.push(
      forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
    )
  if (options.continue !== '')
    errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'))
  if (match !== 'Exact' && match !== 'NotOlderThan') errors.push(unsupported(match, ['Exact', 'NotOlderThan']))
  if (match === 'Exact' && options.resourceVersion === 0)
    errors.push(forbidden('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
  return errors
}

/** The same for watches. */
const watchErrors = (options: Unmatched, match: string): readonly FieldError[] => {
  const errors: FieldError[] = []
  if (options.sendInitialEvents !== undefined && match !== 'NotOlderThan')
    errors.push(
      forbidden('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    )
  if (options.sendInitialEvents === undefined && match !== '')
    errors.push(
      forbidden(
        'resourceVersionMatch',
        'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      ),
    )
  if (match !== '' && match !== 'NotOlderThan') errors.push(unsupported(match, ['NotOlderThan']))
  return errors
}
