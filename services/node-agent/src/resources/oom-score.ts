import { podQosClass } from '@periplus/kinds'
import type { Container, Pod } from '@periplus/kinds'
import {
  appContainersOf,
  containersOf,
  ephemeralContainersOf,
  initContainersOf,
  isSidecar,
} from '../plan/containers.ts'
import { podRequests } from './pod-requests.ts'
import { wholeValue } from './quantity.ts'

/** Guaranteed pods go last (-997), best-effort ones first (1000), the others by how little of the node they asked for. */
export const oomScoreAdjustment = (pod: Pod, container: Container, nodeMemoryBytes: number): number => {
  if (pod.spec?.priorityClassName === 'system-node-critical') return -997
  switch (podQosClass(pod)) {
    case 'Guaranteed':
      return -997
    case 'BestEffort':
      return 1000
    case 'Burstable': {
      const share = shareOfPod(pod)
      const score = (request: number): number => 1000 - Math.floor((1000 * (request + share)) / nodeMemoryBytes)
      const own = score(memoryOf(container))
      // A sidecar is never killed before what it serves.
      const sidecar = initContainersOf(pod).includes(container) && isSidecar(container)
      const least = sidecar ? Math.min(own, score(Math.min(...appContainersOf(pod).map(memoryOf)))) : own
      return least < 3 ? 3 : Math.min(least, 999)
    }
  }
}

const memoryOf = ({ resources }: Container): number => wholeValue(resources?.requests?.memory)

/** What the pod itself requests beyond its containers, in equal parts. */
const shareOfPod = (pod: Pod): number => {
  const stated = pod.spec?.resources?.requests?.memory
  if (stated === undefined) return 0
  const { resources: _pod, overhead: _overhead, ...spec } = pod.spec ?? { containers: [] }
  const left = wholeValue(stated) - podRequests({ ...pod, spec }).memory
  return left <= 0 ? 0 : left / (containersOf(pod).length - ephemeralContainersOf(pod).length)
}
