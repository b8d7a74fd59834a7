import type { KubernetesObject } from '@periplus/api'
import type { Difference } from '../differences.ts'

/** An object as a client of the API has it, in a version that is served now; `resource` is its kind's place in the API. */
export interface Restorable {
  readonly group: string
  readonly resource: string
  readonly object: KubernetesObject
}

/** One event that brings an earlier state back; all of them go forward, none is undone. */
export type RestoreStep =
  /** The object is gone: another one of its name is made, with a uid of its own, which stands for that of then. */
  | { readonly tag: 'Create'; readonly of: Restorable; readonly inPlaceOf: string }
  /** `of` has the version that it was compared with, so that nobody's write since is lost. */
  | { readonly tag: 'Update'; readonly of: Restorable; readonly changes: readonly Difference[] }
  /** It came since. */
  | { readonly tag: 'Delete'; readonly of: Restorable }

/** What is not as it was, and is left so. */
export interface LeftAlone {
  readonly of: Restorable
  readonly why: string
}

/** What it takes to bring an earlier state back. */
export interface RestorePlan {
  /** What came since goes first, then owners come before their dependents. */
  readonly steps: readonly RestoreStep[]
  readonly left: readonly LeftAlone[]
}

/** What a plan is made of. */
export interface RestoreQuestion {
  readonly then: readonly Restorable[]
  readonly now: readonly Restorable[]
  /** Uids of owners that are in neither list: of those that live, and of those that others of their name stand for now. */
  readonly owners: ReadonlyMap<string, string>
  /** Nothing but what is gone is brought back; what changed or came since stays. */
  readonly onlyGone?: boolean
}

/** By what an object is the same one, whatever its uid. */
export const placeOf = ({ group, resource, object }: Restorable): string =>
  `${group}/${resource}/${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`
