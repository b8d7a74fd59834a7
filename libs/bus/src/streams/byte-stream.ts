import type { Duplex } from 'node:stream'

/** How a stream came to its end. */
export type StreamEnd =
  /** Either end closed it in order. */
  | { readonly tag: 'Closed' }
  /** Either end broke it off, with the reason it gave. */
  | { readonly tag: 'Aborted'; readonly message: string }
  /** The other end vanished, something in between was lost, or NATS is gone. */
  | { readonly tag: 'Lost'; readonly message: string }

/**
 * A stream of bytes in both directions between two services, divided into channels by name. Both ends call `channel` with the
 * same name and have a Duplex each; a slow reader holds up its own channel only, and at most 320 KiB of it are in memory.
 * A channel needs no opening: what the other end sends on it waits until somebody asks for it.
 */
export interface ByteStream {
  /** `end()` half-closes it; `destroy()` tells the other end that nobody reads or writes here. Errors need no listener. */
  channel(name: string): Duplex
  /** Resolves once, when the stream is over; what had arrived by then can still be read where it was closed in order. */
  readonly ended: Promise<StreamEnd>
  /** Ends all channels, waits until what was written has been sent, and closes. */
  close(): Promise<void>
  /** Breaks off at once; the other end sees `Aborted` with this message. */
  abort(message: string): void
}

/** How soon a vanished peer is noticed. */
export interface Liveness {
  /** Milliseconds between signs of life; a process that ended is noticed within one. Default 2,000. */
  readonly pingMilliseconds?: number
  /** Milliseconds of silence after which a peer counts as vanished. Default 10,000. */
  readonly silenceMilliseconds?: number
}
