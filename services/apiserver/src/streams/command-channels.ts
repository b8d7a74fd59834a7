import type { Readable, Writable } from 'node:stream'

/** Kubernetes' names of what an exec or attach is made of, whatever protocol carries it. */
export interface CommandChannels {
  readonly stdin: Readable | undefined
  readonly stdout: Writable | undefined
  readonly stderr: Writable | undefined
  /** The end, as a `Status` in JSON where that is spoken, else the message of a failure. */
  readonly error: Writable
  readonly endsWithStatus: boolean
  /** Terminal sizes: JSON objects `{"Width":80,"Height":24}`, one after the other. */
  readonly resize: Readable | undefined
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>
  /** Ends the connection in order, after what was written. */
  close(): void
}

/** Which channels were asked for. */
export interface WantedChannels {
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}
