import { E } from '@periplus/prelude'
import type { AccessAttributes, AccessDecision } from '@periplus/cel'
import type { AuthorizeRequester } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'
import type { Attributes, User } from '../ports.ts'
import { nodeAuthorizer } from './node/node-authorizer.ts'
import { authorizer } from './rbac/authorize.ts'
import { liveGrants } from './rbac/grants.ts'

const attributesOf = (asked: AccessAttributes): Attributes =>
  'path' in asked
    ? { tag: 'NonResource', verb: asked.verb, path: asked.path }
    : {
        tag: 'Resource',
        verb: asked.verb,
        group: asked.group,
        version: '*',
        resource: asked.resource,
        subresource: asked.subresource,
        namespace: asked.namespace,
        name: asked.name,
      }

const serviceAccount = (namespace: string, name: string): User => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  uid: '',
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  extra: {},
})

/** What expressions of admission ask of `authorizer`: the same rights that requests are judged by. */
export const requesterAuthorizer = (cut: LiveCut): AuthorizeRequester => {
  const authorize = authorizer(liveGrants(cut), [nodeAuthorizer(cut)])
  return ({ username, uid, groups, extra }) =>
    (asked): AccessDecision => {
      const user = asked.as ? serviceAccount(asked.as.namespace, asked.as.name) : { name: username, uid, groups, extra }
      const allowed = authorize(user, attributesOf(asked))
      return E.isRight(allowed) ? { allowed: true, reason: allowed.right } : { allowed: false, reason: '' }
    }
}
