/** What the rules must know of the node that they are for. IPv4 throughout. */
export interface NodeNetwork {
  readonly nodeName: string
  /** The node's pods. */
  readonly podCidr: string
  readonly serviceCidr: string
  /** The pods' bridge, and its address, which is the machine's own. */
  readonly bridge: string
  readonly gateway: string
}

/** A bit of a packet's mark: it came from elsewhere than the pods, so the answer must come back through here. Kube-proxy's. */
export const masqueradeMark = '0x4000'
