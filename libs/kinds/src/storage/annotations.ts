/** What Kubernetes' storage controllers write on volumes and claims (component-helpers/storage/volume), by what it says. */
export const storageAnnotations = {
  /** On a claim: the binding is done, and what changes from now on is a loss. */
  bindCompleted: 'pv.kubernetes.io/bind-completed',
  /** On a claim or a volume: the controller chose the other, so it may undo it. */
  boundByController: 'pv.kubernetes.io/bound-by-controller',
  /** On a volume: who made it. */
  provisionedBy: 'pv.kubernetes.io/provisioned-by',
  /** On a claim: the node that the scheduler chose for its first pod. */
  selectedNode: 'volume.kubernetes.io/selected-node',
  /** On a claim: who is to make its volume. */
  provisioner: 'volume.kubernetes.io/storage-provisioner',
  betaProvisioner: 'volume.beta.kubernetes.io/storage-provisioner',
  /** On a node: what its storage drivers call it, as JSON by their names. */
  driversNodeIds: 'csi.volume.kubernetes.io/nodeid',
  betaClass: 'volume.beta.kubernetes.io/storage-class',
  defaultClass: 'storageclass.kubernetes.io/is-default-class',
  betaDefaultClass: 'storageclass.beta.kubernetes.io/is-default-class',
} as const

/** Finalizers of Kubernetes' protection controllers. */
export const storageFinalizers = {
  /** Keeps a claim for as long as a pod uses it. */
  claimInUse: 'kubernetes.io/pvc-protection',
  /** Keeps a volume for as long as it is bound. */
  volumeBound: 'kubernetes.io/pv-protection',
} as const
