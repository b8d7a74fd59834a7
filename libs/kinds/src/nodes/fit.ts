import type { Node } from '../core/v1/node/schema.ts'
import type { Pod } from '../core/v1/pod/schema.ts'
import type { Taint } from '../core/v1/tolerations.ts'
import { untoleratedTaint } from '../pods/tolerations.ts'
import { matchesNodeAffinity } from './node-affinity.ts'

/** Why a pod does not belong on a node, whatever room there is. */
export type NodeMisfit =
  | { readonly tag: 'NodeName' }
  | { readonly tag: 'NodeAffinity' }
  | { readonly tag: 'TaintToleration'; readonly taint: Taint }

/** The effects that keep new pods off; only the second ends those that run. */
export const schedulingEffects: readonly string[] = ['NoSchedule', 'NoExecute']

/**
 * What keeps the pod from the node: another name, its selector or required affinity, or a taint of these effects that it does not
 * tolerate. Resources, ports and other pods are not looked at.
 */
export const nodeMisfit = (pod: Pod, node: Node, effects = schedulingEffects): NodeMisfit | undefined => {
  if (pod.spec?.nodeName && pod.spec.nodeName !== node.metadata?.name) return { tag: 'NodeName' }
  if (!matchesNodeAffinity(pod, node)) return { tag: 'NodeAffinity' }
  const taint = untoleratedTaint(pod.spec?.tolerations, node.spec?.taints, effects)
  return taint && { tag: 'TaintToleration', taint }
}

/** Whether nothing keeps the pod from the node, resources apart. */
export const fits = (pod: Pod, node: Node): boolean => nodeMisfit(pod, node) === undefined
