/** Why something that goes through NATS did not come back with an answer. */
export type BusRefusal =
  /** Not connected, or no answer in time. Whether it was carried out is unknown. */
  | { readonly tag: 'Unavailable'; readonly message: string }
  /** Nobody listens on the subject: certainly not carried out. */
  | { readonly tag: 'NoPeer'; readonly message: string }
  /** The server said no, and will again. */
  | { readonly tag: 'Rejected'; readonly message: string }
