import type { TLSSocket } from 'node:tls'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Cut } from '@periplus/projection'
import { connectionOf } from '../../http/exchange.ts'
import type { Authenticate, Tokens, User } from '../../ports.ts'
import { bearerToken } from './bearer-token.ts'
import { certificateUser } from './client-certificate.ts'
import type { FrontProxy } from './front-proxy.ts'
import { isRemoved } from './removed-hosts.ts'

export const anonymous: User = {
  name: 'system:anonymous',
  uid: '',
  groups: ['system:unauthenticated'],
  extra: {},
}

/** Whether nobody in particular may ask at a path. */
export type AllowsAnonymous = (path: string) => boolean

const pathOf = (url = ''): string => url.replace(/\?.*$/s, '')

/** Who says who people are, besides tokens. */
export interface AuthenticatorOptions {
  readonly cut: Cut
  readonly tokens: Tokens
  readonly clock: Clock
  /** Default: everywhere. */
  readonly allowsAnonymous?: AllowsAnonymous
  /** Whose word is taken for who asks; absent: nobody's. */
  readonly frontProxy?: FrontProxy
  /** Whether a connection's certificate is a client's own, where there are front proxies, whose certificates the server trusts too. */
  readonly isClients?: (socket: TLSSocket) => boolean
}

/**
 * Whom a front proxy speaks for, else a client certificate, else a bearer token, else nobody in particular. One good credential is enough; a
 * wrong one without a good one is 401, and why is not told: `Unauthorized` is all that Kubernetes says.
 */
export const authenticator =
  ({ cut, tokens, clock, allowsAnonymous = () => true, frontProxy, isClients }: AuthenticatorOptions): Authenticate =>
  async request => {
    const proxied = frontProxy?.(request, clock.now())
    if (proxied && E.isRight(proxied)) return proxied
    const certified = certificateUser(connectionOf(request), clock.now(), {
      isRevoked: (user, notBefore) => isRemoved(cut, user, notBefore),
      ...(isClients ? { isClients } : {}),
    })
    if (certified && E.isRight(certified)) return certified
    const token = bearerToken(request.headers)
    if (token !== undefined) {
      const reviewed = await tokens.review(token, [])
      if (E.isRight(reviewed)) return E.right(reviewed.right.user)
      return unauthorized
    }
    return certified || !allowsAnonymous(pathOf(request.url)) ? unauthorized : E.right(anonymous)
  }

const unauthorized: Either<Refusal, never> = E.left({ tag: 'Unauthorized', message: 'Unauthorized' })
