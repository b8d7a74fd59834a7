import { badRequest, invalidObject, modifiedConflict, objectNotFound } from '@periplus/api'
import { preconditionConflict } from '@periplus/api'
import type { FieldError, Kind, Refusal } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** The refusals that building a candidate gives, ready to be returned. */
export const refuse = {
  badRequest: (message: string): Either<Refusal, never> => E.left(badRequest(message)),
  notFound: (kind: Kind, name: string): Either<Refusal, never> => E.left(objectNotFound(kind, name)),
  modified: (kind: Kind, name: string): Either<Refusal, never> => E.left(modifiedConflict(kind, name)),
  invalid: (kind: Kind, name: string, causes: readonly FieldError[]): Either<Refusal, never> =>
    E.left(invalidObject(kind, name, causes)),
  precondition: (
    kind: Kind,
    name: string,
    field: 'UID' | 'ResourceVersion',
    expected: string,
    actual: string,
  ): Either<Refusal, never> => E.left(preconditionConflict(kind, name, field, expected, actual)),
}
