import type { TaskEither } from '@periplus/prelude'
import type { LogLine } from './line.ts'

/** What is wrong with a sink's configuration; `field` is a path below it, such as `tls.serverName`, `''` the whole. */
export interface ConfigFault {
  readonly field: string
  readonly message: string
}

/** Why a backend cannot be used as it is configured. */
export type OpenRefusal =
  /** The configuration or the credentials can never work. */
  | { readonly tag: 'Invalid'; readonly faults: readonly ConfigFault[] }
  /** What the adapter needs is not there now. */
  | { readonly tag: 'Unavailable'; readonly message: string }

/**
 * What the Secret of the sink has, by its keys. Built-in adapters know `username` and `password`, `token`, `apiKey`,
 * `accessKeyId` and `secretAccessKey`, `ca.crt`, `tls.crt` and `tls.key`. Never to be shown in a message.
 */
export type Credentials = ReadonlyMap<string, string>

/** How much a writer may use, and where it may go. */
export interface WriterLimits {
  /** Milliseconds within which a backend answers a batch. */
  readonly answerWithin: number
  /** Bytes of an answer that are read. */
  readonly answerBytes: number
  /** Whether this address (IPv4 or IPv6 text) may be connected to: asked of every address, after names are resolved. */
  readonly mayReach: (address: string) => boolean
  /** Addresses of a name, before the machine's own resolver is asked; `undefined`: that one knows. */
  readonly resolve?: (name: string) => readonly string[] | undefined
  /** Where adapters may write files; absent: nowhere. */
  readonly directory?: string
}

/** A line that this backend will never take, by its place in the batch. */
export interface RefusedLine {
  readonly index: number
  readonly why: string
}

/** Why nothing of a batch is known to have arrived. `why` is one line without secrets. */
export type WriteFailure =
  /** Not now: away, too busy, or it answered what makes no sense. The same lines again, not before `retryAfter` milliseconds. */
  | { readonly tag: 'Unavailable'; readonly why: string; readonly retryAfter?: number }
  /** Not before somebody changes something: credentials, an index, a right. */
  | { readonly tag: 'Denied'; readonly why: string }
  /** Fewer lines at once. */
  | { readonly tag: 'TooLarge'; readonly why: string }
  /** One of the lines is to blame, and the backend does not say which. */
  | { readonly tag: 'Poisoned'; readonly why: string }

/** What a backend did with a batch. */
export type WriteAnswer =
  /** Every line that is neither in `refused` nor in `again` is where it will stay. */
  | {
      readonly tag: 'Taken'
      readonly refused?: readonly RefusedLine[]
      /** Places of lines that were not taken this time, ascending; `failure` says why. */
      readonly again?: readonly number[]
      readonly failure?: WriteFailure
    }
  | WriteFailure

/** Everything was taken. */
export const taken: WriteAnswer = { tag: 'Taken' }

/**
 * Sends lines to one backend. Never throws for what a backend does, and never holds lines back: `write` resolves when the backend
 * has answered for all of them, which is all the back-pressure that there is.
 */
export interface LogWriter {
  /** At least one line; called again only when the last call has resolved. An aborted call resolves soon, with `Unavailable`. */
  write(lines: readonly LogLine[], signal: AbortSignal): Promise<WriteAnswer>
  /** Resolves when what was taken would outlive the backend's own buffers, where it has any in this process. */
  flush(): Promise<void>
  /** Gives back what the writer holds; idempotent. A `write` after it is `Unavailable`. */
  close(): Promise<void>
}

/**
 * A place that log lines can go to. An adapter is one value of this type, built in or the default export of a package that the
 * operator lets in; it is held to `@periplus/logs/contract`.
 */
export interface LogBackend {
  /** As a sink names it. */
  readonly name: string
  /** The adapter uses files or standard output of the machine that it runs on: for sinks of the whole cluster alone. */
  readonly local?: boolean
  /** Its client connects to where it is led, whatever `mayReach` says: for sinks of the whole cluster alone too. */
  readonly unguarded?: boolean
  /** Connects when it first writes, or here. `config` is plain JSON as somebody wrote it. */
  open(config: unknown, credentials: Credentials, limits: WriterLimits): TaskEither<OpenRefusal, LogWriter>
}
