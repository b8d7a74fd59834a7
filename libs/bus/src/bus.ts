import type { Either } from '@periplus/prelude'
import type { JetStream } from './jetstream/jetstream.ts'
import type { BusRefusal } from './refusal.ts'

/** Whether the connection stands; `closed` is for good. */
export type BusStatus = 'connected' | 'disconnected' | 'closed'

/** A message of core NATS: at most once, never stored. */
export interface Message {
  readonly subject: string
  /** A view into what came from the socket: copy what outlives the handler. */
  readonly data: Uint8Array
  /** Where an answer goes; empty where none is expected. */
  readonly reply: string
  /** Lines `Name: value`, each ended by CRLF; empty where there are none. */
  readonly headers: string
}

/** What listens until it is closed. */
export interface Subscription {
  close(): void
}

/** One connection to NATS. It reconnects by itself for as long as it takes, until `close` or `drain`. */
export interface Bus {
  /** The connection's name, as the server shows it. */
  readonly name: string
  readonly connected: boolean
  /** Bytes of headers and body together that one message may have. */
  readonly maxPayload: number
  /** Of the server that it was connected to first. */
  readonly serverVersion: string
  /** Told of every change; returns how to stop being told. */
  onStatus(listener: (status: BusStatus) => void): () => void
  /** Resolves when connected; rejects when the bus is closed or `signal` aborts. */
  whenConnected(signal?: AbortSignal): Promise<void>
  /** A subject that nobody else uses; below `under` where that is given, else below what this connection may listen to. */
  inbox(under?: string): string
  /** At most once; while disconnected, or where the server would not take it, not at all (`false`). With `reply`, a subject without listeners answers there. */
  publish(subject: string, data: Uint8Array, reply?: string): boolean
  /**
   * Of `most` messages nothing more is sent here, by the server. With `drains` closing it ends with what is under way by then.
   * `noListeners` is called where a message of ours with this subscription's subject as its reply had no listeners.
   */
  subscribe(
    subject: string,
    handler: (message: Message) => void,
    options?: {
      readonly queue?: string
      readonly most?: number
      readonly drains?: boolean
      readonly noListeners?: (subject: string) => void
    },
  ): Subscription
  /** One question, one answer. */
  request(
    subject: string,
    data: Uint8Array,
    options?: { readonly timeoutMilliseconds?: number; readonly signal?: AbortSignal },
  ): Promise<Either<BusRefusal, Uint8Array>>
  readonly jetstream: JetStream
  /** Lets handlers finish what has arrived, sends what is pending, then closes. */
  drain(): Promise<void>
  close(): Promise<void>
}
