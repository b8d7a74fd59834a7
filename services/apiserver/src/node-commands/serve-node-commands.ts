import { serveCommands } from '@periplus/commands'
import type { Asker, Commands } from '@periplus/commands'
import type { Bus } from '@periplus/bus'
import { badRequest } from '@periplus/api'
import { Node } from '@periplus/kinds'
import type { KindsAt } from '@periplus/custom'
import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import { nodeOfSubject, nodeSubjects } from '@periplus/runtime'
import type { Metrics, RunningService } from '@periplus/service'
import type { Security, User } from '../ports.ts'
import { attributesOfCommand } from '../request/attributes.ts'
import { inTheNameOf } from '../write/requester.ts'
import { admitNodes } from './admit-nodes.ts'
import type { NodeLimits } from './admit-nodes.ts'
import { listenToNodes } from './listen-to-nodes.ts'

export interface NodeCommandsConfig {
  /** A connection of its own: what nodes send is not in the way of anything else. */
  readonly bus: Bus
  /** One more, for the other nodes while one floods: what that one has sent by then is ahead of them on the first. */
  readonly aside: Bus
  readonly kindsAt: KindsAt
  readonly cut: LiveCut
  readonly commands: Commands
  readonly security: Pick<Security, 'deciding' | 'mayWrite'>
  readonly clock: Clock
  readonly limits?: NodeLimits
  readonly metrics: Pick<Metrics, 'counter'>
  /** A node sends more than is kept, and is not listened to for a while. */
  readonly onFlood: (node: string) => void
  /** A throw that nobody expected: a bug, which ended one command. */
  readonly onBug: (error: unknown) => void
}

/**
 * The writes of nodes, over NATS: who asks is known by the subject, which no other user may publish to, and is judged as a request
 * with that node's certificate would be. Each node waits for its own commands.
 */
export const serveNodeCommands = ({
  bus,
  aside,
  kindsAt,
  cut,
  commands,
  security,
  clock,
  limits,
  metrics,
  onFlood,
  onBug,
}: NodeCommandsConfig): RunningService => {
  const askerOf = (subject: string): Asker | undefined => {
    const node = nodeOfSubject(subject)
    return node === undefined ? undefined : asker(node, security)
  }
  const refusals = metrics.counter(
    'periplus_node_commands_refused_total',
    'Commands of nodes that were not looked at, for want of room or of a place for the answer.',
  )
  const silences = metrics.counter(
    'periplus_node_floods_total',
    'How often a node sent more than is kept and was not listened to for a while.',
  )
  const refused = (node: string, bytes: number): void => {
    refusals.add(1)
    listener.refused(node, bytes)
  }
  const admit = admitNodes(clock, limits, refused)
  const listener = listenToNodes({
    serve: (subject, { isAside, most }) =>
      serveCommands({
        ...{ bus: isAside ? aside : bus, subject, kinds: () => kindsAt(cut), commands, askerOf, onError: onBug },
        ...(most === undefined ? {} : { most }),
        passesOver: asked => !listener.hears(nodeOfSubject(asked) ?? ''),
        onUnanswerable: (asked, bytes) => {
          const node = nodeOfSubject(asked) ?? ''
          listener.heard(node)
          refused(node, bytes)
        },
        admit: (asked, question) => {
          listener.heard(nodeOfSubject(asked) ?? '')
          return admit(asked, question)
        },
      }),
    nodes: () => cut.list(Node).map(({ metadata }) => metadata.name),
    clock,
    onFlood: node => {
      silences.add(1)
      onFlood(node)
    },
  })
  return { name: 'node commands', stop: async () => listener.close() }
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
    permit: async command => {
      if (questions.has(command.kind.group))
        return E.left(badRequest(`${command.kind.resource} are asked of the API server`))
      const allowed = await security.deciding(({ authorize }) => authorize(user, attributesOfCommand(command)))
      if (E.isLeft(allowed)) return allowed
      const guard: Parameters<Commands['execute']>[3] = write => security.mayWrite(user, write)
      return E.right({ command: inTheNameOf(command, user), guard })
    },
  }
}
