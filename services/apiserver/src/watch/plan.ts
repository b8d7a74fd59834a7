import type { Kind } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { Entry } from '@periplus/projection'
import type { Selection } from '../read/selection.ts'
import type { Framing } from './frame.ts'

/** How often a watch that asks for bookmarks is sent one. */
export const bookmarkEveryMilliseconds = 60_000

/** What a watch is to send. */
export interface WatchPlan {
  readonly kind: Kind
  readonly selection: Selection
  readonly framing: Framing
  /** Sent first, as ADDED; the state at `after`. */
  readonly initial: readonly Entry[]
  /** Every later change is sent. */
  readonly after: Sequence
  /** A bookmark says when the initial events are through. */
  readonly announceEnd: boolean
  readonly bookmarks: boolean
  /** Awaited before any of these are shown, of kinds that a webhook converts; throws `NotShown`. */
  readonly prepare?: (entries: readonly Entry[]) => Promise<void>
  readonly timeoutMilliseconds: number
}
