/** Whether the machine is about to go down. */
export interface ShutdownState {
  readonly now: boolean
  see(isShuttingDown: boolean): void
}

export const shutdownState = (): ShutdownState => {
  let now = false
  return {
    get now() {
      return now
    },
    see: isShuttingDown => (now = isShuttingDown),
  }
}
