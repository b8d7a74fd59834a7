import type { TLSSocket } from 'node:tls'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Authenticate, AuthenticatedRequest, Tokens, User } from '../../ports.ts'
import { bearerToken } from './bearer-token.ts'
import { certificateUser } from './client-certificate.ts'

export const anonymous: User = {
  name: 'system:anonymous',
  uid: '',
  groups: ['system:unauthenticated'],
  extra: {},
}

/**
 * A client certificate, else a bearer token, else nobody in particular. One good credential is enough; a wrong one without a good
 * one is 401, and why is not told: `Unauthorized` is all that Kubernetes says.
 */
export const authenticator =
  (tokens: Tokens, clock: Clock, allowAnonymous = true): Authenticate =>
  async request => {
    const certified = certificateUser(connectionOf(request), clock.now())
    if (certified && E.isRight(certified)) return certified
    const token = bearerToken(request.headers)
    if (token !== undefined) {
      const reviewed = await tokens.review(token, [])
      if (E.isRight(reviewed)) return E.right(reviewed.right.user)
      return unauthorized
    }
    return certified || !allowAnonymous ? unauthorized : E.right(anonymous)
  }

const unauthorized: Either<Refusal, never> = E.left({ tag: 'Unauthorized', message: 'Unauthorized' })

/** The connection below the request: with HTTP/2 the request's own socket is a new stand-in every time. */
const connectionOf = (request: AuthenticatedRequest): TLSSocket =>
  ('stream' in request ? (request.stream.session?.socket ?? request.socket) : request.socket) as TLSSocket
