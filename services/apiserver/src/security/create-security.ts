import type { Clock } from '@periplus/prelude'
import { kindsAt } from '@periplus/custom'
import type { LiveCut } from '@periplus/projection'
import type { Authority, Authorize, PolicyState, Security } from '../ports.ts'
import { certificateAdmission } from './admission/certificates.ts'
import { clusterTrustBundleAttest } from './admission/cluster-trust-bundles.ts'
import { nodeRestriction } from './admission/node-restriction.ts'
import { policyParams } from './admission/policy-params.ts'
import { authenticator } from './authentication/authenticate.ts'
import type { AllowsAnonymous } from './authentication/authenticate.ts'
import { frontProxy, issuedBy } from './authentication/front-proxy.ts'
import type { FrontProxyOptions } from './authentication/front-proxy.ts'
import { nodeAuthorizer } from './node/node-authorizer.ts'
import { nodeTokenFault } from './node/node-tokens.ts'
import { withIssuers } from './oidc/issuers.ts'
import type { Issuers } from './oidc/issuers.ts'
import { authorizer, rulesLister } from './rbac/authorize.ts'
import { escalation } from './rbac/escalation.ts'
import { grantsAt, liveGrants } from './rbac/grants.ts'
import { withBootstrapTokens } from './tokens/bootstrap-tokens.ts'
import { serviceAccountTokens } from './tokens/service-account-tokens.ts'
import type { ServiceAccountTokens } from './tokens/service-account-tokens.ts'
import { judges } from './webhooks/configured-authorizers.ts'
import type { JudgeOf } from './webhooks/configured-authorizers.ts'
import { decidingWith } from './webhooks/deciding.ts'
import { withTokenWebhook } from './webhooks/token-webhook.ts'
import type { TokenWebhookOptions } from './webhooks/token-webhook.ts'

export interface SecurityOptions {
  readonly cut: LiveCut
  readonly clock: Clock
  /** PKCS#8 PEM of the key that signs service account tokens: `pki.tokenKey`. */
  readonly tokenKey: string
  /** Default `https://kubernetes.default.svc.cluster.local`. */
  readonly issuer?: string
  /** Whether requests without credentials are `system:anonymous`, by their path; absent: all are. */
  readonly allowsAnonymous?: AllowsAnonymous
  /** Others whose tokens are good here. */
  readonly issuers?: Issuers
  /** Who may say for others who they are; `clients`: PEM of those who certify clients. */
  readonly frontProxy?: FrontProxyOptions & { readonly clients: string }
  /** A server outside that knows tokens besides. */
  readonly tokenWebhook?: TokenWebhookOptions
  /** Who judges what people may at present, in which order, the same list as long as it is so; absent: the rules of the cluster. */
  readonly judges?: () => readonly JudgeOf[]
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
  const bootstrapped = withBootstrapTokens(accounts, cut, clock)
  const issued = options.issuers ? withIssuers(bootstrapped, options.issuers, accounts.issuer) : bootstrapped
  const tokens = options.tokenWebhook ? withTokenWebhook(issued, options.tokenWebhook, accounts.issuer) : issued
  const authorityOf = (judging: Authorize): Authority => ({
    authorize: judging,
    mayWrite: firstOf([
      escalation({ cut, grants, authorize: judging }),
      nodeRestriction(cut),
      certificateAdmission(judging),
      clusterTrustBundleAttest(judging),
      policyParams({ cut, kindsAt, authorize: judging }),
    ]),
  })
  const own = authorityOf(authorize)
  const chainAt = (order: readonly JudgeOf[] | undefined) => ({
    order,
    chain: judges(order, { cut, grants }),
    asksOutside: (order ?? []).some(one => typeof one !== 'string'),
  })
  let latest = chainAt(options.judges?.())
  const present = (): ReturnType<typeof chainAt> => {
    const order = options.judges?.()
    return latest.order === order ? latest : (latest = chainAt(order))
  }
  return {
    authenticate: authenticator({
      ...{ cut, tokens, clock },
      ...(options.allowsAnonymous ? { allowsAnonymous: options.allowsAnonymous } : {}),
      ...(options.frontProxy
        ? { frontProxy: frontProxy(options.frontProxy), isClients: issuedBy(options.frontProxy.clients) }
        : {}),
    }),
    ...own,
    deciding: async run => {
      const { asksOutside, chain } = present()
      return asksOutside ? decidingWith(chain)(judging => run(authorityOf(judging))) : run(own)
    },
    judge: (user, attributes) => present().chain.judge(user, attributes),
    asksOutside: () => present().asksOutside,
    authorizeAt: authorizersAt(),
    rulesFor: rulesLister(grants),
    tokens,
    publicDocuments: tokens.publicDocuments,
    tokenFault: nodeTokenFault(cut, authorize),
  }
}

const firstOf =
  (checks: readonly Authority['mayWrite'][]): Authority['mayWrite'] =>
  (user, write) => {
    for (const check of checks) {
      const refused = check(user, write)
      if (refused) return refused
    }
    return undefined
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
