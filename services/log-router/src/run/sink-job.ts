import type { Clock } from '@periplus/prelude'
import type { LogStream } from '@periplus/log-stream'
import type { LogBackend, WriterLimits } from '@periplus/logs'
import type { Cut } from '@periplus/projection'
import type { PodSources } from '../lines/pod-sources.ts'
import type { SinkPositions } from '../positions/positions.ts'
import type { SinkBuffers } from '../buffer/sink-buffers.ts'
import type { Route } from '../routes/route.ts'
import type { SinkState } from './sink-state.ts'

/** What all sinks of a router share. */
export interface SinkWorld {
  readonly cut: Cut
  readonly stream: LogStream
  readonly sources: PodSources
  readonly positions: SinkPositions
  /** Absent: the stream is the only buffer. */
  readonly buffers?: SinkBuffers
  readonly clock: Clock
  /** This copy of the router, in this life of it. */
  readonly router: string
  readonly onBug: (error: unknown) => void
}

/** What one sink is to do. */
export interface SinkJob {
  readonly route: Route
  readonly backend: LogBackend
  readonly limits: WriterLimits
  readonly state: SinkState
}
