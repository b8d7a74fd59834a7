import type { Answer } from 'dns-packet'

/** What the cluster knows of a name. */
export type Found =
  | { readonly tag: 'Records'; readonly answers: readonly Answer[]; readonly additionals?: readonly Answer[] }
  /** The name is there, and has no such record. */
  | { readonly tag: 'NoSuchRecord' }
  | { readonly tag: 'NoSuchName' }
  /** Another name for one that may be anybody's. */
  | { readonly tag: 'Alias'; readonly record: Answer; readonly target: string }
  /** A name that the cluster says nothing about. */
  | { readonly tag: 'NotOurs' }

export const noSuchName: Found = { tag: 'NoSuchName' }
export const noSuchRecord: Found = { tag: 'NoSuchRecord' }

export const recordsOrNone = (answers: readonly Answer[], additionals: readonly Answer[] = []): Found =>
  answers.length === 0 ? noSuchRecord : { tag: 'Records', answers, additionals }

/** Seconds for which clients remember what they were told: short, as endpoints come and go. */
export const ttl = 5
