import { fieldError, isDns1123Subdomain, isPathSegment } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { presentAnd } from '../../validation/values.ts'

/** What an ingress or its class says of another object. */
export interface TypedReference {
  readonly apiGroup?: string
  readonly kind: string
  readonly name: string
}

/** The group is a domain; kind and name could stand in a path. */
export const typedReferenceErrors = (
  path: FieldPath,
  { apiGroup, kind, name }: TypedReference,
): readonly FieldError[] => [
  ...(apiGroup === undefined
    ? []
    : isDns1123Subdomain(apiGroup).map(complaint => fieldError.invalid(`${path}.apiGroup`, apiGroup, complaint))),
  ...presentAnd(`${path}.kind`, kind, isPathSegment),
  ...presentAnd(`${path}.name`, name, isPathSegment),
]
