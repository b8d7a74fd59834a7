import type { Clock } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import type { Authorize, PolicyState, Security } from '../ports.ts'
import { certificateAdmission } from './admission/certificates.ts'
import { clusterTrustBundleAttest } from './admission/cluster-trust-bundles.ts'
import { nodeRestriction } from './admission/node-restriction.ts'
import { authenticator } from './authentication/authenticate.ts'
import { nodeAuthorizer } from './node/node-authorizer.ts'
import { nodeTokenFault } from './node/node-tokens.ts'
import { authorizer, rulesLister } from './rbac/authorize.ts'
import { escalation } from './rbac/escalation.ts'
import { grantsAt, liveGrants } from './rbac/grants.ts'
import { withBootstrapTokens } from './tokens/bootstrap-tokens.ts'
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
}

export const createSecurity = async (options: SecurityOptions): Promise<ClusterSecurity> => {
  const { cut, clock } = options
  const grants = liveGrants(cut)
  const authorize = authorizer(grants, [nodeAuthorizer(cut)])
  const accounts = await serviceAccountTokens({
    cut,
    clock,
    key: options.tokenKey,
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
  })
  const tokens = withBootstrapTokens(accounts, cut, clock)
  const checks = [
    escalation({ cut, grants, authorize }),
    nodeRestriction(cut),
    certificateAdmission(authorize),
    clusterTrustBundleAttest(authorize),
  ]
  return {
    authenticate: authenticator(tokens, clock, options.allowAnonymous),
    authorize,
    authorizeAt: authorizersAt(),
    rulesFor: rulesLister(grants),
    tokens,
    publicDocuments: tokens.publicDocuments,
    mayWrite: (user, write) => {
      for (const check of checks) {
        const refused = check(user, write)
        if (refused) return refused
      }
      return undefined
    },
    tokenFault: nodeTokenFault(cut, authorize),
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
