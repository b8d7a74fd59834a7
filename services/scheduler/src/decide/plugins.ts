import { nodeAffinity, nodeName, nodeUnschedulable, taintToleration } from './filters/node.ts'
import { nodePorts, nodeResourcesFit } from './filters/room.ts'
import { interPodAffinity } from './filters/inter-pod-affinity.ts'
import { topologySpread } from './filters/topology-spread.ts'
import { nodeVolumeLimits } from './filters/volume-limits.ts'
import { volumeBinding, volumeRestrictions } from './filters/volumes.ts'
import type { Filter, Score } from './plugin.ts'
import { fewestTaints, preferredNodes } from './scores/node.ts'
import { goodCompany } from './scores/inter-pod-affinity.ts'
import { spreadWidely } from './scores/topology-spread.ts'
import { balancedAllocation, leastAllocated } from './scores/resources.ts'

/** In Kubernetes' order: a node is out at the first objection, and that is the one that is told. */
export const filters: readonly Filter[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  volumeRestrictions,
  nodeVolumeLimits,
  volumeBinding,
  topologySpread,
  interPodAffinity,
]

/** With Kubernetes' weights. */
export const scores: readonly Score[] = [
  fewestTaints,
  preferredNodes,
  spreadWidely,
  goodCompany,
  leastAllocated,
  balancedAllocation,
]
