import { Pod, podCondition } from '@periplus/kinds'
import type { ObjectMeta, Stored } from '@periplus/api'
import type { Controller, Decision } from '../controller.ts'

const nothing: Decision = { commands: [], why: 'nothing to do' }

/**
 * Nodes without containers: a pod that is bound to one runs and is ready after `startMilliseconds`, and is gone after
 * `stopMilliseconds` once it is to be deleted. A controller like the others, so that it decides purely and crashes likewise.
 */
export const hollowKubelet = ({
  startMilliseconds,
  stopMilliseconds,
}: {
  startMilliseconds: number
  stopMilliseconds: number
}): Controller => ({
  name: 'hollow-kubelet',
  version: 1,
  primary: Pod,
  watches: [],
  decide: (cut, key, { now }) => {
    const pod = cut.get(Pod, key.namespace, key.name)
    if (!pod?.spec?.nodeName) return nothing
    if (pod.metadata.deletionTimestamp) return stop(pod, now, stopMilliseconds)
    if (pod.status?.phase === 'Running') return nothing
    return start(pod, now, startMilliseconds)
  },
})

const later = (milliseconds: number, why: string): Decision => ({ commands: [], requeueAfter: milliseconds, why })

const stop = (pod: Stored<Pod>, now: number, milliseconds: number): Decision => {
  const grace = Number(pod.metadata.deletionGracePeriodSeconds ?? 0) * 1000
  const asked = Date.parse(pod.metadata.deletionTimestamp ?? '') - grace
  const left = asked + Math.min(milliseconds, grace) - now
  if (left > 0) return later(left, 'the containers are being stopped')
  const ref = { group: '', resource: 'pods', namespace: pod.metadata.namespace ?? '', name: pod.metadata.name }
  return {
    commands: [
      {
        verb: 'delete',
        kind: Pod,
        ref,
        options: { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } },
      },
    ],
    why: 'the containers have stopped',
  }
}

const boundAt = (pod: Stored<Pod>): number => {
  const bound = podCondition(pod, 'PodScheduled')
  return Date.parse(bound?.lastTransitionTime ?? (pod.metadata as ObjectMeta).creationTimestamp ?? '')
}

const start = (pod: Stored<Pod>, now: number, milliseconds: number): Decision => {
  const left = boundAt(pod) + milliseconds - now
  if (left > 0) return later(left, 'the containers are being started')
  const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z')
  const condition = (type: string) => ({ type, status: 'True', lastTransitionTime: time })
  const containers = pod.spec?.containers ?? []
  const status = {
    ...pod.status,
    phase: 'Running',
    startTime: time,
    conditions: [
      ...(pod.status?.conditions ?? []).filter(one => one.type === 'PodScheduled'),
      ...['Initialized', 'ContainersReady', 'Ready'].map(condition),
    ],
    containerStatuses: containers.map(container => ({
      name: container.name,
      image: container.image ?? '',
      imageID: '',
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: time } },
    })),
  }
  return {
    commands: [{ verb: 'update', kind: Pod, object: { ...pod, status } as Pod, subresource: 'status' }],
    why: 'the containers run',
  }
}
