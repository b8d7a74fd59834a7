import type { LogPosition } from './position.ts'

/** How fast a run's lines may be sent. */
export interface LogPace {
  /** Whether the next line, of so many bytes, is sent; it counts as sent then. */
  keeps(bytes: number): boolean
  /** Resolves when more may be read; `at` is where reading has come to. */
  wait(at: LogPosition, signal: AbortSignal): Promise<void>
}

export const unlimitedPace: LogPace = { keeps: () => true, wait: async () => undefined }
