import type { LiveCut } from '@periplus/projection'
import { nodeAuthorizer } from '../node/node-authorizer.ts'
import { granted, masters } from '../rbac/authorize.ts'
import type { Grants } from '../rbac/grants.ts'
import type { AccessWebhook } from './access-webhook.ts'
import { chainOf } from './deciding.ts'
import type { Authorizer, Chain } from './deciding.ts'
import type { Opinion } from './opinion.ts'

/** One of those who judge, in the operator's order: the rules of nodes, those of roles, or a server outside. */
export type JudgeOf = 'Node' | 'RBAC' | AccessWebhook

const none: Opinion = { tag: 'None', why: '' }
const allow: Opinion = { tag: 'Allow', why: '' }

/** Whoever is a master may do everything, whoever else judges; without an order, nodes' rules come before those of roles. */
export const judges = (
  order: readonly JudgeOf[] = ['Node', 'RBAC'],
  { cut, grants }: { readonly cut: LiveCut; readonly grants: () => Grants },
): Chain => {
  const node = nodeAuthorizer(cut)
  const authorizers = order.map((one): Authorizer => {
    if (one === 'Node') return (user, asked) => (node(user, asked) ? allow : none)
    if (one !== 'RBAC') return one
    return (user, asked) => {
      const { allowed, why } = granted(grants(), user, asked)
      return { tag: allowed ? 'Allow' : 'None', why }
    }
  })
  return chainOf([user => (user.groups.includes(masters) ? allow : none), ...authorizers])
}
