import type { Clock } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import type { Refusal } from '@periplus/api'
import type { Authorize, PolicyState, Security, User } from '../ports.ts'
import { authenticator } from './authentication/authenticate.ts'
import { nodeAuthorizer } from './node/node-authorizer.ts'
import { authorizer, rulesLister } from './rbac/authorize.ts'
import { escalation } from './rbac/escalation.ts'
import type { RbacWrite } from './rbac/escalation.ts'
import { grantsAt, liveGrants } from './rbac/grants.ts'
import { serviceAccountTokens } from './tokens/service-account-tokens.ts'
import type { ServiceAccountTokens } from './tokens/service-account-tokens.ts'

export interface SecurityOptions {
  readonly cut: LiveCut
  readonly clock: Clock
  /** PKCS#8 PEM of the key that signs service account tokens: `pki.tokenKey`. */
  readonly tokenKey: string
  /** Default `https://kubernetes.default.svc.cluster.local`. */
  readonly issuer?: string
  /** Whether requests without credentials are `system:anonymous` (default) or refused. */
  readonly allowAnonymous?: boolean
}

/** Authentication, authorization and tokens, over the cut. */
export interface ClusterSecurity extends Security {
  readonly tokens: ServiceAccountTokens
  readonly mayGrant: (user: User, write: RbacWrite) => Refusal | undefined
}

export const createSecurity = async (options: SecurityOptions): Promise<ClusterSecurity> => {
  const { cut, clock } = options
  const grants = liveGrants(cut)
  const authorize = authorizer(grants, [nodeAuthorizer(cut)])
  const tokens = await serviceAccountTokens({
    cut,
    clock,
    key: options.tokenKey,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
  })
  return {
    authenticate: authenticator(tokens, clock, options.allowAnonymous),
    authorize,
    authorizeAt: authorizersAt(),
    rulesFor: rulesLister(grants),
    tokens,
    publicDocuments: tokens.publicDocuments,
    mayGrant: escalation({ cut, grants, authorize }),
  }
}

/** A state's rules are gathered once, as long as somebody holds the state. */
const authorizersAt = (): ((state: PolicyState) => Authorize) => {
  const known = new WeakMap<PolicyState, Authorize>()
  return state => {
    const before = known.get(state)
    if (before) return before
    const grants = grantsAt(state)
    const authorize = authorizer(() => grants, [nodeAuthorizer(state)])
    known.set(state, authorize)
    return authorize
  }
}
