import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Origin } from '@periplus/log'
import type { Candidate } from './candidate/candidate.ts'
import type { Requester } from './requester.ts'
import type { Command, Outcome } from './command.ts'

/** The caller's own last word on what is about to be written; `undefined` lets it pass. Pure, and asked again on every try. */
export type Guard = (candidate: Candidate) => Refusal | undefined

/**
 * The write path (design: "The write path is a library"): an ordered list of stages (`stages/write-path.ts`) between the current
 * state and an append with the expected sequences, of one event or of several, all or none.
 *
 * A command without a `resourceVersion` is tried again on a newer cut when somebody else's event came first; one with a
 * `resourceVersion` is refused with Conflict. Unreachable log: `ServiceUnavailable`, after retries with the same id.
 */
export interface Commands {
  /**
   * `id` makes retries safe: the same id never makes a second event. `guard` is asked after all else, with the object as it
   * would be written. `requester` is who asks, as admission may ask of it; absent: the component that `origin` names.
   *
   * Subresources are `update` (or `patch`) commands with the body that Kubernetes' API takes: a Scale for `scale`, a Binding for
   * `binding`, an Eviction for `eviction`. The outcome is the object itself; `scaleOf` shows it as a Scale.
   */
  execute(
    command: Command,
    origin: Origin,
    id?: string,
    guard?: Guard,
    requester?: Requester,
  ): Promise<Either<Refusal, Outcome>>
}

/** One command of a group. */
export interface GroupMember {
  readonly command: Command
  readonly guard?: Guard
  /**
   * The uid of an object that is gone, for which what this creates stands: where other members name it as an owner, the new one is named.
   */
  readonly inPlaceOf?: string
}

/** Why none of a group was done; `index` says for which of its commands, where it is one's. */
export interface GroupRefusal {
  readonly index: number | undefined
  readonly refusal: Refusal
}

/** A write path that carries out several commands as one. */
export interface GroupCommands extends Commands {
  /**
   * All become events together, or none: each goes through the whole write path, on what those before it will have written, and then one
   * append writes all. Each is about another object. Of a group of which one is a dry run nothing is written. The log takes
   * 1,000 events at once, those that commands bring with them included.
   */
  executeAll(
    members: readonly GroupMember[],
    origin: Origin,
    id?: string,
    requester?: Requester,
  ): Promise<Either<GroupRefusal, readonly Outcome[]>>
}
