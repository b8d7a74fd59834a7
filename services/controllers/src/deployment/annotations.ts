/** Annotations by which a Deployment and its ReplicaSets, and kubectl's rollout commands, understand each other. */
export const revision = 'deployment.kubernetes.io/revision'
export const revisionHistory = 'deployment.kubernetes.io/revision-history'
export const desiredReplicas = 'deployment.kubernetes.io/desired-replicas'
export const maxReplicas = 'deployment.kubernetes.io/max-replicas'

/** What stays with the Deployment and is not copied to its ReplicaSets. */
export const notCopied: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
  revision,
  revisionHistory,
  desiredReplicas,
  maxReplicas,
])

/** The label that tells the pods of one ReplicaSet from another's. */
export const templateHashLabel = 'pod-template-hash'
