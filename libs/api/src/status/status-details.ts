/** What a `Status` says of the object that it is about, and why. */
export interface StatusDetails {
  readonly name?: string
  readonly group?: string
  /** The plural resource, except for `Invalid`, where it is the kind: as Kubernetes does it. */
  readonly kind?: string
  readonly uid?: string
  readonly causes?: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[]
  readonly retryAfterSeconds?: number
}
