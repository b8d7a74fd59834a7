import type { LogPosition } from './position.ts'

/** Bytes that cannot be had; 0 where nobody knows how many. */
export interface LogLoss {
  readonly tag: 'Lost'
  readonly reason: 'Truncated' | 'Rotated' | 'Unreadable'
  readonly bytes: number
  readonly after: LogPosition
}

/** What following a log gives, in the order in which it was written. */
export type LogPart =
  /** `bytes` are valid until the next part is asked for. */
  | { readonly tag: 'Bytes'; readonly bytes: Buffer; readonly after: LogPosition }
  /** What came so far was the end of a file. */
  | { readonly tag: 'FileEnd'; readonly after: LogPosition }
  /** Everything that has been written so far was given. */
  | { readonly tag: 'CaughtUp' }
  | LogLoss
