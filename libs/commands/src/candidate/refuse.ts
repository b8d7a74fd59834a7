import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { FieldError, Kind, Refusal, Target } from '@periplus/api'

export const targetOf = (kind: Kind, name: string): Target => ({ group: kind.group, resource: kind.resource, name })

export const notFound = (kind: Kind, name: string): Either<Refusal, never> =>
  E.left({ tag: 'NotFound', target: targetOf(kind, name) })

export const conflict = (kind: Kind, name: string, message: string): Either<Refusal, never> =>
  E.left({ tag: 'Conflict', target: targetOf(kind, name), message })

export const badRequest = (message: string): Either<Refusal, never> => E.left({ tag: 'BadRequest', message })

export const invalid = (kind: Kind, name: string, causes: readonly FieldError[]): Either<Refusal, never> =>
  E.left({ tag: 'Invalid', target: { ...targetOf(kind, name), kind: kind.kind }, causes })

/** What Kubernetes says to a writer who lost. */
export const modifiedMessage =
  'the object has been modified; please apply your changes to the latest version and try again'
