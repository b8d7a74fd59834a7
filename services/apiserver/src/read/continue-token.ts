import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { expiredContinue } from '@periplus/api'
import type { ObjectRef, Refusal } from '@periplus/api'
import type { Sequence } from '@periplus/log'

/** Where the next page starts, and which version all pages show. Opaque to clients. */
export interface ContinueToken {
  /** -1: whatever is current (after an expired token). */
  readonly version: Sequence
  /** The last object of the page before; the next one starts after it. */
  readonly after: Pick<ObjectRef, 'namespace' | 'name'>
}

const form = 'periplus.io/v1'

export const encodeContinue = ({ version, after }: ContinueToken): string =>
  Buffer.from(JSON.stringify({ v: form, rv: version, ns: after.namespace, n: after.name })).toString('base64url')

const invalid = (why: string): Either<Refusal, never> =>
  E.left({ tag: 'BadRequest', message: `continue key is not valid: ${why}` })

export const decodeContinue = (token: string): Either<Refusal, ContinueToken> => {
  try {
    const value = JSON.parse(Buffer.from(token, 'base64url').toString()) as Readonly<Record<string, unknown>> | null
    if (!value || value.v !== form) return invalid('unrecognized encoded form')
    const { rv, ns, n } = value
    if (!Number.isSafeInteger(rv) || typeof ns !== 'string' || typeof n !== 'string') return invalid('missing fields')
    return E.right({ version: rv as number, after: { namespace: ns, name: n } })
  } catch {
    return invalid('it is not one that this server made')
  }
}

/** The refusal for a token whose version can't be shown any more, with one that goes on from there at the current version. */
export const expiredToken = (token: ContinueToken): Refusal =>
  expiredContinue(encodeContinue({ version: -1, after: token.after }))
