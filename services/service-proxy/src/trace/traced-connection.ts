/** A connection as the pod that begins it sees it. */
export interface Begun {
  readonly to: string
  readonly port: number
  /** `tcp`, `udp` or `sctp`. */
  readonly protocol: string
}

/** What policies say to a connection in one direction; `by` are those that let it pass, or that all don't. */
export type PolicySaying =
  | { readonly tag: 'NoPolicy'; readonly why: string }
  | { readonly tag: 'Passes' | 'Blocked'; readonly by: readonly string[] }

/** One of the places that a connection may end at. */
export interface WayEnd {
  readonly ip: string
  readonly port: number
  /** `namespace/name`; absent: nobody's address that the cluster knows. */
  readonly pod?: string
  readonly nodeName?: string
  readonly egress: PolicySaying
  readonly ingress: PolicySaying
}

/** What the node's rules do with a connection. */
export type Translation =
  /** The address is no service's: the connection goes where it says. */
  | { readonly tag: 'None' }
  /** The address is a service's that has no such port: it is refused at once. */
  | { readonly tag: 'NoSuchPort' }
  /** No endpoint: it is refused at once. */
  | { readonly tag: 'Refused' }
  /** Endpoints there are, but none on this node, and the service wants no others: nothing is answered. */
  | { readonly tag: 'Dropped' }
  /** One of several, at random or where the client was before. `chain`: of the node's table. */
  | { readonly tag: 'Led'; readonly chain: string; readonly keepsClients: boolean }
  /** Of plain processes: the node's own process listens there, and hands on to one of several. */
  | { readonly tag: 'HandedOn'; readonly keepsClients: boolean }
  /** Of plain processes: a pod listens at all addresses of its machine. */
  | { readonly tag: 'Straight' }
  /** Of plain processes: there are endpoints, and nobody listens for them. */
  | { readonly tag: 'Unserved'; readonly why: string }

export interface TracedConnection {
  readonly translation: Translation
  readonly ends: readonly WayEnd[]
}
