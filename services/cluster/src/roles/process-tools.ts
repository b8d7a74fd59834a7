import type { Logger, Metrics, RunningService } from '@periplus/service'

/** By what every part of a process tells how it fares, and is stopped with it. */
export interface ProcessTools {
  readonly logger: Logger
  readonly metrics: Metrics
  /** A throw that is nobody's, in a timer or a listener: it is counted and logged, and ends nothing. */
  readonly onBug: (error: unknown) => void
  /** Stopped in the reverse order when the process is told to end. */
  readonly onStop: (service: RunningService) => void
}
