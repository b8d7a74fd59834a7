import type { Origin } from '@periplus/log'

/** Who asks for a write, as `authentication.k8s.io` UserInfo has it and admission may ask. */
export interface Requester {
  readonly username: string
  readonly uid: string
  readonly groups: readonly string[]
  readonly extra: Readonly<Record<string, readonly string[]>>
}

const authenticated = 'system:authenticated'

const named = (username: string, groups: readonly string[]): Requester => ({ username, uid: '', groups, extra: {} })

/** Who a component would be in Kubernetes, where nobody came with credentials: those that run in the cluster's own processes. */
export const requesterOf = ({ actor }: Pick<Origin, 'actor'>): Requester => {
  const colon = actor.indexOf(':')
  const [role, name] = [actor.slice(0, colon), actor.slice(colon + 1)]
  switch (role) {
    case 'controller':
      return named(`system:serviceaccount:kube-system:${name}-controller`, [
        'system:serviceaccounts',
        'system:serviceaccounts:kube-system',
        authenticated,
      ])
    case 'scheduler':
      return named('system:kube-scheduler', [authenticated])
    case 'node':
      return named(`system:node:${name}`, ['system:nodes', authenticated])
    default:
      return named(name, [authenticated])
  }
}
