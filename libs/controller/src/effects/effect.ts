import type { Either } from '@periplus/prelude'
import type { Sequence } from '@periplus/log'
import type { Change, Cut } from '@periplus/projection'

/**
 * Something outside of the log that is kept as the log says, such as a machine's packet filter: what is wanted follows from a
 * cut alone, and applying it is level-based, so that how the world came to be what it is never matters.
 */
export interface Effect<Wanted> {
  readonly name: string
  /** Whether a change may alter what is wanted. */
  readonly wakes: (change: Change) => boolean
  /** Pure. */
  readonly desired: (cut: Cut) => Wanted
  /** Makes the world as wanted; never called twice at once. Left: one line that says why it isn't; it is tried again. */
  readonly apply: (wanted: Wanted) => Promise<Either<string, void>>
}

/** How the world stands to the log. */
export type EffectState =
  /** Nothing was applied yet. */
  | { readonly tag: 'Pending' }
  /** The world is as the cut at `sequence` wanted it. */
  | { readonly tag: 'Applied'; readonly sequence: Sequence }
  /** It is not, `attempts` times in a row, since `since` (milliseconds since the Unix epoch). */
  | { readonly tag: 'Failing'; readonly why: string; readonly attempts: number; readonly since: number }
