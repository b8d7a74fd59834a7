/** How long pods of a priority, and of those up to the next one that is named, may take to end when the machine goes down. */
export interface ShutdownGracePeriod {
  readonly priority: number
  readonly seconds: number
}

/** All of it together: what the machine is to wait for. */
export const wholeSeconds = (periods: readonly ShutdownGracePeriod[]): number =>
  periods.reduce((sum, { seconds }) => sum + seconds, 0)
