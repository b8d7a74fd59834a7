import type { FieldError, Refusal, StatusCause, Target } from '../refusal.ts'
import { assertNever } from '@periplus/prelude'
import { aggregate } from './field-error.ts'
import { goQuote } from './go-quote.ts'
import type { StatusDetails } from './status-details.ts'

/** What a client is told of a failure (`meta/v1` Status), in the field order that Kubernetes serialises. */
export interface Status {
  readonly kind: 'Status'
  readonly apiVersion: 'v1'
  readonly metadata: { readonly continue?: string }
  readonly status: 'Failure' | 'Success'
  readonly message?: string
  readonly reason?: string
  readonly details?: StatusDetails
  /** The HTTP status code. */
  readonly code: number
}

/** `deployments.apps`; plain `pods` in the core group (`schema.GroupResource.String()`). */
export const groupResource = (resource: string, group: string): string =>
  group === '' ? resource : `${resource}.${group}`

const shown = (target: Target): string => groupResource(target.resource, target.group)

const about = (target: Target, kind = target.resource): StatusDetails => ({
  ...(target.name === '' ? {} : { name: target.name }),
  ...(target.group === '' ? {} : { group: target.group }),
  ...(kind === '' ? {} : { kind }),
})

const existsText = ({ target, isEnding, isGenerated }: Extract<Refusal, { readonly tag: 'AlreadyExists' }>): string =>
  `${isEnding ? 'object is being deleted: ' : ''}${shown(target)} ${goQuote(target.name)} already exists${
    isGenerated ? ', the server was not able to generate a unique name for the object' : ''
  }`

const withCauses = (causes: readonly StatusCause[] | undefined): StatusDetails =>
  causes === undefined || causes.length === 0 ? {} : { causes }

const failure = (code: number, reason: string, message: string, details?: StatusDetails, next?: string): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: next === undefined ? {} : { continue: next },
  status: 'Failure',
  message,
  reason,
  ...(details === undefined ? {} : { details }),
  code,
})

const forbiddenText = (target: Target, message: string): string => {
  if (target.resource === '') return `forbidden: ${message}`
  return target.name === ''
    ? `${shown(target)} is forbidden: ${message}`
    : `${shown(target)} ${goQuote(target.name)} is forbidden: ${message}`
}

const invalidText = (target: Target & { readonly kind: string }, causes: readonly FieldError[]): string => {
  const subject = `${groupResource(target.kind, target.group)} ${goQuote(target.name)} is invalid`
  return causes.length === 0 ? subject : `${subject}: ${aggregate(causes)}`
}

const tooManyRequests = (refusal: Extract<Refusal, { tag: 'TooManyRequests' }>): Status =>
  failure(429, 'TooManyRequests', refusal.message, {
    ...(refusal.target === undefined ? {} : about(refusal.target)),
    ...withCauses(refusal.causes),
    ...withCauses(refusal.causes),
    ...(refusal.retryAfterSeconds > 0 ? { retryAfterSeconds: refusal.retryAfterSeconds } : {}),
  })

/** The one mapping from refusals to what clients see: Kubernetes' codes, reasons, messages and details. */
export const statusOf = (refusal: Refusal): Status => {
  switch (refusal.tag) {
    case 'BadRequest':
      return failure(400, 'BadRequest', refusal.message)
    case 'Unauthorized':
      return failure(401, 'Unauthorized', refusal.message === '' ? 'Unauthorized' : refusal.message)
    case 'Forbidden':
      return failure(403, 'Forbidden', forbiddenText(refusal.target, refusal.message), {
        ...about(refusal.target),
        ...withCauses(refusal.causes),
      })
    case 'NotFound':
      return failure(
        404,
        'NotFound',
        `${shown(refusal.target)} ${goQuote(refusal.target.name)} not found`,
        about(refusal.target),
      )
    case 'UnknownResource':
      return failure(404, 'NotFound', refusal.message === '' ? unknownResourceText : refusal.message, {})
    case 'MethodNotAllowed':
      return failure(
        405,
        'MethodNotAllowed',
        `${refusal.action} is not supported on resources of kind ${goQuote(shown(refusal.target))}`,
        about({ ...refusal.target, name: '' }),
      )
    case 'NotAcceptable':
      return failure(406, 'NotAcceptable', refusal.message)
    case 'UnsupportedMediaType':
      return failure(415, 'UnsupportedMediaType', refusal.message)
    case 'RequestEntityTooLarge':
      return failure(
        413,
        'RequestEntityTooLarge',
        refusal.message ?? `Request entity is too large: limit is ${refusal.limitBytes}`,
      )
    case 'AlreadyExists':
      return failure(409, 'AlreadyExists', existsText(refusal), {
        ...about(refusal.target),
        ...(refusal.isGenerated ? { retryAfterSeconds: 1 } : {}),
      })
    case 'Conflict':
      return failure(
        409,
        'Conflict',
        `Operation cannot be fulfilled on ${shown(refusal.target)} ${goQuote(refusal.target.name)}: ${refusal.message}`,
        about(refusal.target),
      )
    case 'ApplyConflict':
      return failure(409, 'Conflict', refusal.message, { causes: refusal.causes })
    case 'Invalid':
      return failure(422, 'Invalid', invalidText(refusal.target, refusal.causes), {
        ...about(refusal.target, refusal.target.kind),
        ...(refusal.causes.length === 0
          ? {}
          : { causes: refusal.causes.map(({ reason, message, field }) => ({ reason, message, field })) }),
      })
    case 'Unprocessable':
      return failure(422, 'Invalid', `${rejectedText}: ${refusal.message}`, {})
    case 'Expired':
      return failure(410, 'Expired', refusal.message, undefined, refusal.continue)
    case 'TooManyRequests':
      return tooManyRequests(refusal)
    case 'Timeout':
      return failure(504, 'Timeout', `Timeout: ${refusal.message}`, {
        ...(refusal.cause && {
          causes: [{ reason: refusal.cause, message: 'Too large resource version' }],
          retryAfterSeconds: 1,
        }),
      })
    case 'ServiceUnavailable':
      return failure(503, 'ServiceUnavailable', refusal.message, { retryAfterSeconds: refusal.retryAfterSeconds })
    case 'DeniedByAdmission': {
      const { reason: _, ...status } = failure(refusal.code, '', refusal.message, refusal.details)
      return refusal.reason === undefined ? status : { ...status, reason: refusal.reason }
    }
    case 'NotBuilt':
      return failure(501, 'NotImplemented', refusal.message)
    case 'Unreadable':
      return failure(500, 'StorageReadError', refusal.message)
    case 'InternalError':
      return internalError(refusal.message)
    default:
      return assertNever(refusal)
  }
}

/** Why something is refused, without what its status says besides. */
export const messageOf = (refusal: Refusal): string =>
  ('message' in refusal && refusal.message) || (statusOf(refusal).message ?? '')

const unknownResourceText = 'the server could not find the requested resource'
const rejectedText = 'the server rejected our request due to an error in our request'

/** A bug that surfaced at the edge: 500. Never the answer to bad input. */
export const internalError = (message: string): Status =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] })

/** What a finished deletion answers where the object itself is not returned. */
export const successOf = (details: StatusDetails): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
  code: 200,
})
