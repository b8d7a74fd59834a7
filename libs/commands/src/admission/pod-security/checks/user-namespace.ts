import type { PodRule } from '../check.ts'

/** Root of a user namespace is nobody on the node, so a pod that has one needn't keep this rule. */
export const outsideUserNamespaces =
  (rule: PodRule): PodRule =>
  pod =>
    pod.spec.hostUsers === false ? undefined : rule(pod)
