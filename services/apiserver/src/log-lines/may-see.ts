import { E } from '@periplus/prelude'
import type { Sequence } from '@periplus/log'
import type { CutAt } from '@periplus/replay'
import type { Attributes, PolicyState, Security, User } from '../ports.ts'
import type { PastReads } from '../read/past-reads.ts'
import { noState } from '../read/state-at.ts'
import type { Life } from './pod-lives.ts'

export interface MaySeeDeps {
  readonly security: Pick<Security, 'authorize' | 'authorizeAt'>
  readonly pastReads: Pick<PastReads, 'at'>
  readonly cutAt: CutAt | undefined
}

export const logsOf = (namespace: string, name: string): Extract<Attributes, { tag: 'Resource' }> => ({
  tag: 'Resource',
  ...{ verb: 'get', group: '', version: 'v1', resource: 'pods', subresource: 'log', namespace, name },
})

/**
 * Whether a user may see the lines of a pod: of one that is there, as `kubectl logs` asks; of one that is gone, by the rights of now and
 * of when it ended. Of what no life is known of, such as lines in the name of a pod that never was, only whom no rule has to allow.
 */
export const mayRead =
  ({ security, pastReads, cutAt }: MaySeeDeps, user: User) =>
  async (namespace: string, name: string, life: Life | undefined): Promise<boolean> => {
    const asked = logsOf(namespace, name)
    if (E.isLeft(security.authorize(user, asked))) return false
    if (life && life.endedAt === undefined) return true
    if (E.isRight(security.authorizeAt(noState)(user, asked))) return true
    const then = life?.endedAt === undefined ? undefined : await stateAt(cutAt, life.endedAt)
    return then !== undefined && E.isRight(pastReads.at(user, asked, then))
  }

const stateAt = async (cutAt: CutAt | undefined, sequence: Sequence): Promise<PolicyState | undefined> => {
  const past = await cutAt?.({ tag: 'Sequence', sequence })
  return past && E.isRight(past) ? past.right.left : undefined
}
