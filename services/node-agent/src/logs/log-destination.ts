import type { Bus } from '@periplus/bus'
import { jetStreamLogStream } from '@periplus/log-stream'
import type { LogStream } from '@periplus/log-stream'

/** Where containers' lines go. */
export interface LogDestination {
  readonly stream: LogStream
  /** Calls back when the stream's server has gone away: what it acknowledged last may be lost. Returns how to stop. */
  onGone(listener: () => void): () => void
}

/** The `LOGS` stream, which the control plane makes. */
export const busLogDestination = (bus: Bus): LogDestination => ({
  stream: jetStreamLogStream(bus),
  onGone: listener => bus.onStatus(status => void (status === 'connected' || listener())),
})
