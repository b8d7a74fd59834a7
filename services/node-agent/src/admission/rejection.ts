/** Why this node will not run a pod that was bound to it; becomes the pod's final status. */
export interface Rejection {
  /** `OutOfcpu`, `NodeAffinity`, `NodePorts`, `TaintToleration`, `UnexpectedAdmissionError`... */
  readonly reason: string
  readonly message: string
}
