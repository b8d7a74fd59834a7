import type { Clock } from '@periplus/prelude'

/**
 * Since when the log has been silent, as all commands of a process find it. The patience that one command has with a silent
 * log is the process's: once it is used up, those that come after it are refused at their first try instead of each waiting anew.
 */
export interface Outage {
  /** The log has answered. */
  succeeded(): void
  failed(): void
  /**
   * Until when a command may go on trying that began at `begun`, however often others are heard meanwhile; both in milliseconds since the
   * epoch.
   */
  patientUntil(begun: number): number
}

/** `patience` in milliseconds. */
export const outageOver = (clock: Clock, patience: number): Outage => {
  let since: number | undefined
  let last = 0
  return {
    succeeded: () => (since = undefined),
    failed: () => {
      const now = clock.now()
      // A failure older than twice the patience belongs to an earlier outage.
      if (since === undefined || now - last > 2 * patience) since = now
      last = now
    },
    patientUntil: begun => Math.min((since ?? clock.now()) + patience, begun + 2 * patience),
  }
}
