import type { Sequence } from '@periplus/log'

/** A log that is about to be made begins with the state of a backup. */
export interface RestoredLog {
  readonly beginsAfter: Sequence
  /** To be called when it has been made: the backup is needed no more. */
  readonly made: () => void
}
