import { serveCommands } from '@periplus/commands'
import type { Asker, Commands } from '@periplus/commands'
import type { Bus } from '@periplus/bus'
import { badRequest } from '@periplus/api'
import type { KindsAt } from '@periplus/custom'
import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import { allNodeCommands, nodeOfSubject, nodeSubjects } from '@periplus/runtime'
import type { RunningService } from '@periplus/service'
import type { Security, User } from '../ports.ts'
import { attributesOfCommand } from '../request/attributes.ts'
import { inTheNameOf } from '../write/requester.ts'
import { admitNodes } from './admit-nodes.ts'
import type { NodeLimits } from './admit-nodes.ts'

export interface NodeCommandsConfig {
  readonly bus: Bus
  readonly kindsAt: KindsAt
  readonly cut: LiveCut
  readonly commands: Commands
  readonly security: Pick<Security, 'authorize' | 'mayWrite'>
  readonly clock: Clock
  readonly limits?: NodeLimits
  /** A throw that nobody expected: a bug, which ended one command. */
  readonly onBug: (error: unknown) => void
}

/**
 * The writes of nodes, over NATS: who asks is known by the subject, which no other user may publish to, and is judged as a request
 * with that node's certificate would be. Each node waits for its own commands.
 */
export const serveNodeCommands = ({
  bus,
  kindsAt,
  cut,
  commands,
  security,
  clock,
  limits,
  onBug,
}: NodeCommandsConfig): RunningService => {
  const askerOf = (subject: string): Asker | undefined => {
    const node = nodeOfSubject(subject)
    return node === undefined ? undefined : asker(node, security)
  }
  const serving = serveCommands({
    bus,
    subject: allNodeCommands,
    kinds: () => kindsAt(cut),
    commands,
    askerOf,
    admit: admitNodes(clock, limits),
    onError: onBug,
  })
  return { name: 'node commands', stop: async () => serving.close() }
}

/** Whose resources are questions, which nobody stores. */
const questions: ReadonlySet<string> = new Set(['authentication.k8s.io', 'authorization.k8s.io'])

const asker = (node: string, security: NodeCommandsConfig['security']): Asker => {
  const user: User = {
    name: `system:node:${node}`,
    uid: '',
    groups: ['system:nodes', 'system:authenticated'],
    extra: {},
  }
  return {
    id: `node/${node}`,
    actor: `node:${node}`,
    component: 'node-agent',
    inbox: nodeSubjects(node).inbox,
    permit: command => {
      if (questions.has(command.kind.group))
        return E.left(badRequest(`${command.kind.resource} are asked of the API server`))
      const allowed = security.authorize(user, attributesOfCommand(command))
      if (E.isLeft(allowed)) return allowed
      const guard: Parameters<Commands['execute']>[3] = write => security.mayWrite(user, write)
      return E.right({ command: inTheNameOf(command, user), guard })
    },
  }
}
