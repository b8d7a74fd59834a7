import { deepEqual } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { keyOf, recordEvents } from '@periplus/controller'
import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import type { Node } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { evict, preempted } from './evict.ts'
import { fitError, nodeByNode } from './explain.ts'
import { assume } from './assume.ts'
import { nodeInfos } from './node-infos.ts'
import { nominatedPods } from './nominated.ts'
import { place } from './place.ts'
import type { Objections } from './place.ts'
import { filters, scores } from './plugins.ts'
import type { Question } from './plugin.ts'
import { preempt } from './preempt.ts'
import { priorityOf } from './priority.ts'
import { nominated, promise, say, unscheduled } from './unschedulable.ts'
import { carryOut, planOn } from './volumes/plan-on.ts'
import { podVolumes } from './volumes/pod-volumes.ts'
import { volumeWatches } from './volumes/wake.ts'
import { nodeWatch, podWatch } from './wake.ts'

/** What pods name in `spec.schedulerName`, and what Events come from. */
export const schedulerName = 'default-scheduler'

/** Milliseconds after which a pod without a node is looked at again, whatever wakes it before. */
const retryAfter = 300_000

const nothing = (why: string): Decision => ({ commands: [], why })

const decide = (cut: Cut, key: Key, moment: Moment): Decision => {
  const pod = cut.get(Pod, key.namespace, key.name)
  if (!pod) return nothing('the pod is gone')
  if (pod.spec?.nodeName) return nothing(`it is on ${pod.spec.nodeName}`)
  if ((pod.spec?.schedulerName ?? schedulerName) !== schedulerName)
    return nothing(`it is for the scheduler ${pod.spec?.schedulerName}`)
  if (pod.metadata.deletionTimestamp !== undefined) return nothing('it is being deleted')
  const gates = pod.spec?.schedulingGates ?? []
  if (gates.length > 0)
    return gated(
      pod,
      gates.map(gate => gate.name),
      moment,
    )

  const question: Question = { cut, pod, nodes: nodeInfos(cut) }
  const placement = place(filters, scores, question, moment.random)
  if (placement.tag === 'Rejected') return rejected(question, placement.why, moment)
  if (placement.tag === 'Unplaceable') return unplaceable(question, placement.objections, moment)
  const { node, feasible, score, isPromised } = placement
  const { namespace, name } = pod.metadata
  const volumes = awaitVolumes(question, node.node)
  if (volumes) return volumes
  return {
    commands: [
      bind(pod, node.name),
      ...recordEvents(cut, moment.now, schedulerName, [
        {
          regarding: pod,
          type: 'Normal',
          reason: 'Scheduled',
          message: `Successfully assigned ${namespace}/${name} to ${node.name}`,
        },
      ]),
    ],
    why: isPromised
      ? `${node.name}, which was promised to it`
      : feasible === 1
        ? `${node.name}, the only one of ${question.nodes.length} nodes that will do`
        : `${node.name}, with the highest score (${score}) of ${feasible} nodes that will do, out of ${question.nodes.length}`,
  }
}

/** Where claims get their volumes together with a node, the pod is on the node when they have them; until then its room is kept. */
const awaitVolumes = ({ cut, pod }: Question, node: Stored<Node>): Decision | undefined => {
  const volumes = podVolumes(cut, pod)
  if (E.isLeft(volumes) || volumes.right.delayed.length === 0) return undefined
  const plan = planOn(cut, volumes.right, node)
  if (E.isLeft(plan)) return undefined
  const { name } = node.metadata
  const claims = volumes.right.delayed.map(claim => claim.metadata.name).join(', ')
  return {
    commands: [...say(pod, nominated(pod, name)), ...carryOut(plan.right, name)],
    requeueAfter: retryAfter,
    why: `it will be on ${name} once its claims have volumes there: ${claims}`,
  }
}

const bind = (pod: Stored<Pod>, node: string): Command => {
  const { name, namespace, uid } = pod.metadata
  const binding = {
    apiVersion: 'v1',
    kind: 'Binding',
    metadata: { name, namespace, uid },
    target: { apiVersion: 'v1', kind: 'Node', name: node },
  }
  return { verb: 'update', kind: Pod, subresource: 'binding', object: binding }
}

const gated = (pod: Stored<Pod>, gates: readonly string[], { now }: Moment): Decision => ({
  commands: say(
    pod,
    unscheduled(pod, 'SchedulingGated', 'Scheduling is blocked due to non-empty scheduling gates', now),
  ),
  why: `it waits for its scheduling gates: ${gates.join(', ')}`,
})

/** Whatever the nodes are like: nobody's leaving would help. */
const rejected = ({ pod, cut, nodes }: Question, why: string, { now }: Moment): Decision => {
  const message =
    nodes.length === 0
      ? 'no nodes available to schedule pods'
      : `0/${nodes.length} nodes are available: ${why}. preemption: 0/${nodes.length} nodes are available: ${nodes.length} Preemption is not helpful for scheduling.`
  return {
    commands: [
      ...say(pod, unscheduled(pod, 'Unschedulable', message, now), nominated(pod, undefined)),
      ...recordEvents(cut, now, schedulerName, [
        { regarding: pod, type: 'Warning', reason: 'FailedScheduling', message },
      ]),
    ],
    requeueAfter: retryAfter,
    why,
  }
}

const unplaceable = (question: Question, objections: Objections, { now, random }: Moment): Decision => {
  const { cut, pod, nodes } = question
  const preemption = preempt(filters, question, objections, random)
  const message = fitError(nodes.length, objections, preemption.tag === 'NoCandidate' ? preemption.message : '')
  const failed = { regarding: pod, type: 'Warning', reason: 'FailedScheduling', message } as const
  const why = nodes.length === 0 ? 'there is no node' : `no node will do: ${nodeByNode(nodes, objections)}`
  if (preemption.tag === 'NoCandidate')
    return {
      commands: [
        ...say(
          pod,
          unscheduled(pod, 'Unschedulable', message, now),
          preemption.gaveUp ? nominated(pod, undefined) : {},
        ),
        ...recordEvents(cut, now, schedulerName, [failed]),
      ],
      requeueAfter: retryAfter,
      why,
    }
  const { eviction } = preemption
  return {
    commands: [
      // First, so that nobody leaves for a pod that is gone meanwhile.
      promise(pod, eviction.node.name, unscheduled(pod, 'Unschedulable', message, now)),
      // Pods that matter less and were promised room there look for other room.
      ...(nominatedPods(cut).get(eviction.node.name) ?? [])
        .filter(other => priorityOf(other) < priorityOf(pod))
        .flatMap(other => say(other, nominated(other, undefined))),
      ...evict(eviction, now),
      ...recordEvents(cut, now, schedulerName, [failed, ...preempted(eviction, pod)]),
    ],
    requeueAfter: retryAfter,
    // Whoever asks why his own pod waits has no right to know whose others are.
    why: `${why}; making room on ${eviction.node.name} by evicting pods that matter less: ${eviction.victims.length}`,
  }
}

/** Whether a node is to be found for it, and by this scheduler. */
const isWaiting = (pod: Pod | undefined): boolean =>
  pod !== undefined && !pod.spec?.nodeName && (pod.spec?.schedulerName ?? schedulerName) === schedulerName

/** What it asks for is as it was; its status, which the scheduler itself writes, is another matter. */
const sameWish = (before: Pod | undefined, after: Pod): boolean =>
  before !== undefined &&
  deepEqual(before.spec, after.spec) &&
  deepEqual(before.metadata?.labels, after.metadata?.labels)

/** One pod to one node, decided on everything that is known at one moment. */
export const scheduler: Controller = {
  name: 'scheduler',
  version: 9,
  primary: Pod,
  watches: [nodeWatch, podWatch, ...volumeWatches],
  // What runs is the node agent's; only a pod without a node is looked at.
  wakesItself: ({ before, after }) =>
    isWaiting(after as Pod | undefined) && !sameWish(before as Pod | undefined, after as Pod),
  startingKeys: cut => cut.by(podsOnNode, '').filter(isWaiting).map(keyOf),
  // As with PriorityClasses: who matters more is placed first.
  rank: (cut, key) => priorityOf(cut.get(Pod, key.namespace, key.name) ?? {}),
  // A round keeps its process from all else, requests included, for as long as a few dozen placements take.
  batch: 32,
  assume,
  decide,
}
