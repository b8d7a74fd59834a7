import { hollowKubelet } from '@periplus/controller'
import type { Controller, Decision } from '@periplus/controller'
import { Pod, isPodTerminated } from '@periplus/kinds'

const running = hollowKubelet({ startMilliseconds: 800, stopMilliseconds: 400 })
const jobMilliseconds = 2_000

/** Nodes without containers, on which what is not restarted ends well after two seconds. */
export const kubelet: Controller = {
  ...running,
  decide: (cut, key, moment): Decision => {
    const pod = cut.get(Pod, key.namespace, key.name)
    const ends = pod?.spec?.restartPolicy === 'Never' && pod.metadata.deletionTimestamp === undefined
    if (!ends || (pod.status?.phase !== 'Running' && !isPodTerminated(pod))) return running.decide(cut, key, moment)
    if (isPodTerminated(pod)) return { commands: [], why: 'it has ended' }
    const left = Date.parse(pod.status?.startTime ?? '') + jobMilliseconds - moment.now
    if (left > 0) return { commands: [], requeueAfter: left, why: 'it works' }
    const status = { ...pod.status, phase: 'Succeeded', conditions: [] }
    return {
      commands: [{ verb: 'update', kind: Pod, object: { ...pod, status } as Pod, subresource: 'status' }],
      why: 'its work is done',
    }
  },
}
