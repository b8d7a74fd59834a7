import { millisecondsOf } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Controller, Decision, Key, Moment } from '@periplus/controller'
import { Node, Pod, isPodTerminated, isConditionTrue } from '@periplus/kinds'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { outOfService } from '../nodelifecycle/taints.ts'
import { disrupt, failedAndRemoved, removed } from '../pods/disrupt.ts'

/** More pods than this that have ended are not kept. */
const threshold = 12_500

/** At most this many go at once. */
const batch = 500

/** The key of all pods that have ended; no pod is without a namespace. */
const ended: Key = { namespace: '', name: 'ended' }

const decide = (cut: Cut, key: Key, moment: Moment): Decision =>
  key.namespace === '' ? tooManyEnded(cut) : abandoned(cut, key, moment)

const abandoned = (cut: Cut, key: Key, { now }: Moment): Decision => {
  const pod = cut.get(Pod, key.namespace, key.name)
  if (!pod) return { commands: [], why: 'it is gone' }
  const name = pod.spec?.nodeName
  const leaving = pod.metadata.deletionTimestamp !== undefined
  if (!name)
    return leaving
      ? { commands: failedAndRemoved(pod), why: 'it is being deleted and no node runs it' }
      : { commands: [], why: 'it has no node yet' }
  const node = cut.get(Node, '', name)
  if (!node) {
    const commands = isPodTerminated(pod)
      ? [removed(pod, 0)]
      : disrupt(pod, 'DeletionByPodGC', 'PodGC: node no longer exists', now, { gracePeriodSeconds: 0 }, 'Failed')
    return { commands, why: `its node ${name} exists no more` }
  }
  const ready = isConditionTrue(node.status?.conditions, 'Ready')
  if (leaving && !ready && node.spec?.taints?.some(taint => taint.key === outOfService)) {
    const commands = isPodTerminated(pod)
      ? [removed(pod, 0)]
      : disrupt(pod, 'DeletionByPodGC', 'PodGC: node is out of service', now, { gracePeriodSeconds: 0 }, 'Failed')
    return { commands, why: `its node ${name} is out of service` }
  }
  return { commands: [], why: `its node ${name} is there` }
}

const tooManyEnded = (cut: Cut): Decision => {
  const all = cut.entries('', Pod.resource)
  if (all.length <= threshold) return { commands: [], why: `there are ${all.length} pods altogether` }
  const done = cut.list(Pod).filter(isPodTerminated)
  const surplus = done.length - threshold
  if (surplus <= 0) return { commands: [], why: `${done.length} pods have ended, and as many as ${threshold} are kept` }
  const created = (pod: Stored<Pod>): number => millisecondsOf(pod.metadata.creationTimestamp) ?? 0
  const doomed = [...done].sort((a, b) => created(a) - created(b)).slice(0, Math.min(surplus, batch))
  return {
    commands: doomed.map(pod => removed(pod, 0)),
    ...(surplus > batch ? { requeueAfter: 0 } : {}),
    why: `${done.length} pods have ended: deleting the oldest ${doomed.length}`,
  }
}

const isAbandoned = (cut: Cut, pod: Stored<Pod>): boolean =>
  pod.spec?.nodeName ? cut.get(Node, '', pod.spec.nodeName) === undefined : pod.metadata.deletionTimestamp !== undefined

/** Deletes pods that no node agent will: those of nodes that are no more or out of service, and too many that have ended. */
export const podGarbageController: Controller = {
  name: 'podgarbage',
  version: 1,
  primary: Pod,
  wakesItself: ({ after }, cut) => after !== undefined && isAbandoned(cut, after as Stored<Pod>),
  startingKeys: cut => [
    ended,
    ...cut
      .list(Pod)
      .filter(pod => isAbandoned(cut, pod) || pod.metadata.deletionTimestamp !== undefined)
      .map(keyOf),
  ],
  watches: [
    {
      kind: Node,
      keys: ({ before, after }, cut) => {
        const node = after ?? before
        const shut = (after as Stored<Node> | undefined)?.spec?.taints?.some(taint => taint.key === outOfService)
        return node && (!after || shut) ? cut.by(podsOnNode, node.metadata.name).map(keyOf) : []
      },
    },
    {
      kind: Pod,
      keys: ({ before, after }, cut) =>
        after &&
        isPodTerminated(after as Pod) &&
        !(before && isPodTerminated(before as Pod)) &&
        cut.entries('', Pod.resource).length > threshold
          ? [ended]
          : [],
    },
  ],
  decide,
}
