import type { StatusDetails } from './status/status-details.ts'

/** Why a caller was refused. One variant per reason of Kubernetes' `Status`; `statusOf` turns it into what clients see. */
export type Refusal =
  | { readonly tag: 'BadRequest'; readonly message: string }
  | { readonly tag: 'Unauthorized'; readonly message: string }
  | {
      readonly tag: 'Forbidden'
      readonly target: Target
      readonly message: string
      readonly causes?: readonly StatusCause[]
    }
  | { readonly tag: 'NotFound'; readonly target: Target }
  | { readonly tag: 'UnknownResource'; readonly message: string }
  | { readonly tag: 'MethodNotAllowed'; readonly target: Target; readonly action: string }
  | { readonly tag: 'NotAcceptable'; readonly message: string }
  | { readonly tag: 'UnsupportedMediaType'; readonly message: string }
  /** `message` replaces the usual text, which names the limit. */
  | { readonly tag: 'RequestEntityTooLarge'; readonly limitBytes: number; readonly message?: string }
  /** `isEnding`: what is there is being deleted. `isGenerated`: the server chose the name, or could have. */
  | {
      readonly tag: 'AlreadyExists'
      readonly target: Target
      readonly isEnding?: boolean
      readonly isGenerated?: boolean
    }
  /** `message`: what follows `Operation cannot be fulfilled on pods "x": `. */
  | { readonly tag: 'Conflict'; readonly target: Target; readonly message: string }
  /** An applied configuration sets fields that others own. */
  | { readonly tag: 'ApplyConflict'; readonly message: string; readonly causes: readonly StatusCause[] }
  | {
      readonly tag: 'Invalid'
      readonly target: Target & { readonly kind: string }
      readonly causes: readonly FieldError[]
    }
  /** A patch that is well-formed and cannot be applied: 422 without field causes. */
  | { readonly tag: 'Unprocessable'; readonly message: string }
  | { readonly tag: 'Expired'; readonly message: string; readonly continue?: string }
  | {
      readonly tag: 'TooManyRequests'
      readonly message: string
      readonly retryAfterSeconds: number
      readonly target?: Target
      readonly causes?: readonly StatusCause[]
    }
  | { readonly tag: 'Timeout'; readonly message: string; readonly cause?: 'ResourceVersionTooLarge' }
  | { readonly tag: 'ServiceUnavailable'; readonly message: string; readonly retryAfterSeconds: number }
  | { readonly tag: 'NotBuilt'; readonly message: string }
  /** By an admission webhook, with the `Status` that it answered, or by a policy; `code` is 400 to 599. */
  | {
      readonly tag: 'DeniedByAdmission'
      readonly code: number
      readonly reason?: string
      readonly message: string
      readonly details?: StatusDetails
    }
  /** What is sealed in an object cannot be read: its key is lost, or is another one. */
  | { readonly tag: 'Unreadable'; readonly message: string }
  /** A bug that one command met, or a key that must not be used any more: it ends that command and nothing else. The message quotes nothing of any object. */
  | { readonly tag: 'InternalError'; readonly message: string }

/** What the refusal is about; `resource` is the plural, `name` empty for collections. */
export interface Target {
  readonly group: string
  readonly resource: string
  readonly name: string
}

/** A `details.causes` entry that isn't about a field's value, such as `NamespaceTerminating` or `DisruptionBudget`. */
export interface StatusCause {
  readonly reason: string
  readonly message: string
  readonly field?: string
}

/** One broken rule, in the words and with the reasons of Kubernetes' `field.Error`. */
export interface FieldError {
  readonly reason:
    | 'FieldValueRequired'
    | 'FieldValueInvalid'
    | 'FieldValueNotSupported'
    | 'FieldValueDuplicate'
    | 'FieldValueForbidden'
    | 'FieldValueTooLong'
    | 'FieldValueTooMany'
    | 'FieldValueNotFound'
    | 'FieldValueTypeInvalid'
    | 'InternalError'
  /** Path such as `spec.containers[0].image`. */
  readonly field: string
  /** Whole text of the cause, such as `Invalid value: "x": must be no more than 63 characters`. */
  readonly message: string
}
