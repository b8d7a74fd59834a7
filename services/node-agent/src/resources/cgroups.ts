import type { Pod } from '@periplus/kinds'
import { qosClassOf } from '../status/qos-class.ts'

/** The pod's cgroup below `root`, named as the kubelet's cgroupfs driver names it: `/kubepods/burstable/pod<uid>`. */
export const cgroupParent = (root: string, pod: Pod): string => {
  const qos = qosClassOf(pod)
  const slice = qos === 'Guaranteed' ? '' : `${qos.toLowerCase()}/`
  return `${root}/${slice}pod${pod.metadata?.uid}`
}
