import type { FieldError, Refusal, Target } from '../refusal.ts'

/** The part of a kind that refusals name. */
export interface Named {
  readonly group: string
  readonly resource: string
  readonly kind: string
}

/** What a refusal is about, from a kind and a name; an empty name is the collection. */
export const targetOf = (kind: Named, name = ''): Target & { readonly kind: string } => ({
  group: kind.group,
  resource: kind.resource,
  kind: kind.kind,
  name,
})

/** 400 `BadRequest`, for what cannot be read. */
export const badRequest = (message: string): Refusal => ({ tag: 'BadRequest', message })

/** `deployments.apps "web" not found`. */
export const objectNotFound = (kind: Named, name: string): Refusal => ({
  tag: 'NotFound',
  target: targetOf(kind, name),
})

/** `pods "x" already exists`; of one that is being deleted, and of a name that the server could have chosen, it says so. */
export const alreadyExists = (
  kind: Named,
  name: string,
  { isEnding, isGenerated }: { readonly isEnding?: boolean; readonly isGenerated?: boolean } = {},
): Refusal => ({
  tag: 'AlreadyExists',
  target: targetOf(kind, name),
  ...(isEnding ? { isEnding } : {}),
  ...(isGenerated ? { isGenerated } : {}),
})

/** Somebody else wrote first: what every client with optimistic concurrency knows. */
export const modifiedConflict = (kind: Named, name: string): Refusal => ({
  tag: 'Conflict',
  target: targetOf(kind, name),
  message: 'the object has been modified; please apply your changes to the latest version and try again',
})

/** A precondition of a deletion or update that does not hold; `field` is `UID` or `ResourceVersion`, as Kubernetes words it. */
export const preconditionConflict = (
  kind: Named,
  name: string,
  field: 'UID' | 'ResourceVersion',
  expected: string,
  actual: string,
): Refusal => ({
  tag: 'Conflict',
  target: targetOf(kind, name),
  message: `Precondition failed: ${field} in precondition: ${expected}, ${field} in object meta: ${actual}`,
})

/** More causes than this are counted and not listed: an answer would be many times as large as what it is about. */
const mostCauses = 500

const listed = (causes: readonly FieldError[]): readonly FieldError[] => {
  if (causes.length <= mostCauses) return causes
  const more = causes.length - mostCauses
  return [
    ...causes.slice(0, mostCauses),
    { reason: 'FieldValueInvalid', field: '', message: `Invalid value: and ${more} more errors` },
  ]
}

/** `Deployment.apps "x" is invalid: ...`, with one cause per broken rule. */
export const invalidObject = (kind: Named, name: string, causes: readonly FieldError[]): Refusal => ({
  tag: 'Invalid',
  target: targetOf(kind, name),
  causes: listed(causes),
})

/** What a path that names nothing gets. */
export const unknownResource: Refusal = {
  tag: 'UnknownResource',
  message: 'the server could not find the requested resource',
}

/** A watch or list asks for a version that the log no longer retains. */
export const tooOldVersion = (asked: number, oldest: number): Refusal => ({
  tag: 'Expired',
  message: `too old resource version: ${asked} (${oldest})`,
})

/** A list's continue token points before what is retained; `next` continues from there at the newest version. */
export const expiredContinue = (next: string): Refusal => ({
  tag: 'Expired',
  message:
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the ' +
    'continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with ' +
    'the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the ' +
    'first chunk was returned and now may show up in the list.',
  continue: next,
})

/** 415; `accepted` are the media types that the endpoint reads. */
export const unsupportedMediaType = (accepted: readonly string[]): Refusal => ({
  tag: 'UnsupportedMediaType',
  message: `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
})

/** 406; `offered` are the media types that the endpoint writes. */
export const notAcceptable = (offered: readonly string[]): Refusal => ({
  tag: 'NotAcceptable',
  message: `only the following media types are accepted: ${offered.join(', ')}`,
})
