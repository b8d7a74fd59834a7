import { formatTime } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Controller, Decision } from '@periplus/controller'
import { Pod, isPodTerminated } from '@periplus/kinds'

const nothing: Decision = { commands: [], why: 'nothing to do' }

const told = (pod: Stored<Pod>, status: object, why: string): Decision => ({
  commands: [
    {
      verb: 'update',
      kind: Pod,
      object: { ...pod, status: { ...pod.status, ...status } } as Pod,
      subresource: 'status',
    },
  ],
  why,
})

const container = (state: object) => [{ name: 'main', image: 'a', imageID: '', ready: false, restartCount: 0, state }]

const ended = (pod: Stored<Pod>, failed: boolean, now: number): Decision =>
  told(
    pod,
    {
      phase: failed ? 'Failed' : 'Succeeded',
      containerStatuses: container({ terminated: { exitCode: failed ? 1 : 0, finishedAt: formatTime(now) } }),
    },
    'its container has ended',
  )

/** Nodes whose containers end by themselves after a while, most of them well. A pod that is deleted ends as failed first. */
export const mortalKubelet: Controller = {
  name: 'mortal-kubelet',
  version: 1,
  primary: Pod,
  watches: [],
  decide: (cut, key, { now, random }) => {
    const pod = cut.get(Pod, key.namespace, key.name)
    if (!pod?.spec?.nodeName) return nothing
    const { namespace = '', name, uid, deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
    if (isPodTerminated(pod))
      return deletionTimestamp === undefined || Number(deletionGracePeriodSeconds) === 0
        ? nothing
        : {
            commands: [
              {
                verb: 'delete',
                kind: Pod,
                ref: { group: '', resource: 'pods', namespace, name },
                options: { gracePeriodSeconds: 0, preconditions: { uid } },
              },
            ],
            why: 'it has ended and is to go',
          }
    if (deletionTimestamp !== undefined) return ended(pod, true, now)
    if (pod.status?.phase !== 'Running')
      return told(pod, { phase: 'Running', startTime: formatTime(now), containerStatuses: container({}) }, 'it runs')
    // Looked at again and again, it ends at one of the looks.
    if (random() < 0.5) return { commands: [], requeueAfter: 700, why: 'it still runs' }
    return ended(pod, random() < 0.4, now)
  },
}
