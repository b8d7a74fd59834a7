import { defaultTolerationSeconds } from './default-toleration-seconds.ts'
import { limitRanger } from './limit-ranger.ts'
import { namespaceLifecycle } from './namespace-lifecycle.ts'
import type { AdmissionPlugin } from './plugin.ts'
import { priority } from './priority.ts'
import { resourceQuota } from './resource-quota.ts'
import { serviceAccount } from './service-account.ts'
import { taintNodesByCondition } from './taint-nodes-by-condition.ts'

/** The admission chain of every cluster, in Kubernetes' order. */
export const builtInAdmission: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  taintNodesByCondition,
  limitRanger,
  serviceAccount,
  priority,
  defaultTolerationSeconds,
  resourceQuota,
]
