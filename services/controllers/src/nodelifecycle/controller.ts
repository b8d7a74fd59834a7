import { formatTime, toJson } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { recordEvents } from '@periplus/controller'
import type { Controller, Decision, EventDraft, Key, Moment } from '@periplus/controller'
import { Node, Pod, isPodTerminated, isPodReady, getCondition } from '@periplus/kinds'
import type { NodeCondition, Taint } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { believedUntil, conditionsOfLost } from './heartbeat.ts'
import { taintsFor } from './taints.ts'

const component = 'node-controller'

const statusOfReady = (conditions: readonly NodeCondition[]): string | undefined =>
  getCondition(conditions, 'Ready')?.status

const isReady = ({ status }: Stored<Node>): boolean => statusOfReady(status?.conditions ?? []) === 'True'

/** When no node at all is ready, it is we who are cut off: nothing is evicted then. */
const someNodeIsReady = (cut: Cut): boolean => cut.list(Node).some(isReady)

/** Whether a node was ready at an event of another one. Of those that have changed since, as in one batch with it, nobody knows. */
const anotherIsReady = (
  cut: Cut,
  { ref, sequence }: { readonly ref: Pick<Key, 'name'>; readonly sequence: number },
): boolean =>
  cut
    .list(Node)
    .some(node => node.metadata.name !== ref.name && Number(node.metadata.resourceVersion) < sequence && isReady(node))

const refOf = (name: string) => ({ group: '', resource: Node.resource, namespace: '', name })

const say = (node: Stored<Node>, conditions: readonly NodeCondition[]): Command => ({
  verb: 'patch',
  kind: Node,
  ref: refOf(node.metadata.name),
  subresource: 'status',
  // Not on top of a heartbeat that came meanwhile.
  resourceVersion: node.metadata.resourceVersion,
  patch: { type: 'strategic', body: { status: { conditions } } },
})

const taint = (node: Stored<Node>, taints: readonly Taint[]): Command => ({
  verb: 'patch',
  kind: Node,
  ref: refOf(node.metadata.name),
  patch: {
    type: 'merge',
    body: { metadata: { uid: node.metadata.uid }, spec: { taints: taints.length > 0 ? taints : null } },
  },
})

/** A pod that cannot be heard of is not ready, whatever it said last. */
const notReady = (pod: Stored<Pod>, now: number): Command => ({
  verb: 'patch',
  kind: Pod,
  ref: { group: '', resource: Pod.resource, namespace: pod.metadata.namespace ?? '', name: pod.metadata.name },
  subresource: 'status',
  patch: {
    type: 'strategic',
    body: { status: { conditions: [{ type: 'Ready', status: 'False', lastTransitionTime: formatTime(now) }] } },
  },
})

const happened = (regarding: EventDraft['regarding'], type: EventDraft['type'], message: string): EventDraft => ({
  regarding,
  type,
  reason: 'NodeNotReady',
  message,
})

const decide = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const node = cut.get(Node, '', key.name)
  if (!node) return { commands: [], why: 'it is gone' }
  const { name } = node.metadata
  const until = believedUntil(cut, node)
  const present = node.status?.conditions ?? []
  const conditions = until <= now ? conditionsOfLost(node, now) : present
  const lost = conditions !== present
  const taints = taintsFor(node, conditions, someNodeIsReady(cut), now)

  const ready = statusOfReady(conditions)
  const unready =
    ready === 'True' ? [] : cut.by(podsOnNode, name).filter(pod => isPodReady(pod) && !isPodTerminated(pod))
  const tainted = taints !== (node.spec?.taints ?? taints)
  return {
    commands: [
      ...(lost ? [say(node, conditions)] : []),
      ...(tainted || (node.spec?.taints === undefined && taints.length > 0) ? [taint(node, taints)] : []),
      ...unready.map(pod => notReady(pod, now)),
      ...recordEvents(cut, now, component, [
        ...(lost ? [happened(node, 'Normal', `Node ${name} status is now: NodeNotReady`)] : []),
        ...unready.map(pod => happened(pod, 'Warning', 'Node is not ready')),
      ]),
    ],
    ...(until > now ? { requeueAfter: until - now } : {}),
    why: whyOf(ready, lost, unready.length, taints, tainted),
  }
}

const whyOf = (
  ready: string | undefined,
  lost: boolean,
  unready: number,
  taints: readonly Taint[],
  tainted: boolean,
): string =>
  [
    lost
      ? 'nothing was heard of it for too long: it is taken to be lost'
      : ready === 'True'
        ? 'it is ready'
        : `its readiness is ${ready ?? 'not known'}`,
    unready > 0 ? `its ${unready} pods are not ready` : '',
    tainted ? `its taints become ${taints.map(({ key, effect }) => `${key}:${effect}`).join(', ') || 'none'}` : '',
  ]
    .filter(part => part !== '')
    .join('; ')

/** What matters here of a node; its heartbeats and images don't. */
const matters = (node: Stored<Node> | undefined): string =>
  toJson([
    node?.metadata.uid,
    node?.spec?.taints,
    node?.spec?.unschedulable,
    node?.status?.conditions?.map(({ type, status }) => [type, status]),
  ])

/**
 * Watches over nodes: one that is not heard of (by Lease or status) for 40 s is not ready; conditions become taints, and
 * pods of a node that isn't ready aren't either. A renewed Lease wakes nobody: it is read when the time is up.
 */
export const nodeLifecycleController: Controller = {
  name: 'nodelifecycle',
  version: 1,
  primary: Node,
  wakesItself: ({ before, after }) => matters(before as Stored<Node>) !== matters(after as Stored<Node>),
  watches: [
    {
      // Whether any node is ready decides for all of them; of a thousand that come, only the first changes that.
      kind: Node,
      keys: ({ before, after, change }, cut) => {
        const was = statusOfReady((before as Stored<Node> | undefined)?.status?.conditions ?? [])
        const is = statusOfReady((after as Stored<Node> | undefined)?.status?.conditions ?? [])
        if (was === is || anotherIsReady(cut, change.event)) return []
        return cut
          .list(Node)
          .filter(node => !isReady(node))
          .map(node => ({ namespace: '', name: node.metadata.name }))
      },
    },
    {
      // A pod that says it is ready on a node that isn't: its last words, arriving late.
      kind: Pod,
      keys: ({ after }, cut) => {
        const pod = after as Stored<Pod> | undefined
        const name = pod?.spec?.nodeName
        if (!pod || !name || !isPodReady(pod)) return []
        const conditions = cut.get(Node, '', name)?.status?.conditions
        return conditions && statusOfReady(conditions) !== 'True' ? [{ namespace: '', name }] : []
      },
    },
  ],
  decide,
}
