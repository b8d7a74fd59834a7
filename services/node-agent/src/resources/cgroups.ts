import { podQosClass } from '@periplus/kinds'
import type { Pod, QosClass } from '@periplus/kinds'

/** The pod's cgroup below `root`, named as the kubelet's cgroupfs driver names it: `/kubepods/burstable/pod<uid>`. */
export const cgroupParent = (root: string, pod: Pod): string => named(root, podQosClass(pod), pod.metadata?.uid ?? '')

/** Every cgroup that a pod of this uid may have had, for when its spec is no longer known. */
export const cgroupParents = (root: string, uid: string): readonly string[] =>
  (['Guaranteed', 'Burstable', 'BestEffort'] as const).map(qos => named(root, qos, uid))

const named = (root: string, qos: QosClass, uid: string): string =>
  `${root}/${qos === 'Guaranteed' ? '' : `${qos.toLowerCase()}/`}pod${uid}`
