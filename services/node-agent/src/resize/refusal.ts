/** Why a resize has to wait (`Deferred`), or never comes true on this node (`Infeasible`); in the kubelet's words. */
export interface ResizeRefusal {
  readonly reason: 'Deferred' | 'Infeasible'
  readonly message: string
}
