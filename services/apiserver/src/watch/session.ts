import { repeatedly, sharedTurn } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { refOf } from '@periplus/api'
import type { Refusal } from '@periplus/api'
import type { EventLog } from '@periplus/log'
import type { LiveCut } from '@periplus/projection'
import type { Sink } from '../http/reply.ts'
import { piecesOf } from './batch.ts'
import type { ChangeBatch, Piece } from './batch.ts'
import { seenBy } from './frame.ts'
import { historyOf } from './history.ts'
import { sendInitial } from './initial.ts'
import type { WatchHub } from './hub.ts'
import { bookmarkEveryMilliseconds } from './plan.ts'
import type { WatchPlan } from './plan.ts'
import type { SharedChange } from './shared-change.ts'

export interface WatchDeps {
  readonly cut: LiveCut
  readonly log: EventLog
  readonly hub: WatchHub
  readonly clock: Clock
}

/** What a watch would have to show next cannot be shown: the watch ends with it. */
export class NotShown extends Error {
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super('an object of a watch cannot be shown')
    this.refusal = refusal
  }
}

/**
 * One watch, from its first frame to its end. It remembers a position, not a queue: while the client is slower than the
 * cluster nothing is kept for it, and when it has room again it goes on from its position, from memory or from the log.
 */
export const runWatch = async (deps: WatchDeps, plan: WatchPlan, sink: Sink, outer: AbortSignal): Promise<void> => {
  const { cut, hub, clock } = deps
  const { selection, framing } = plan
  const { group, resource } = refOf(plan.kind, '', '')
  const timeout = new AbortController()
  const signal = AbortSignal.any([outer, timeout.signal])
  let position = plan.after
  let first = plan.initial.length === 0
  let live = false

  const relevant = (change: SharedChange): boolean =>
    change.sequence > position && (selection.namespace === undefined || change.ref.namespace === selection.namespace)

  /** `false`: the client has no room for more. */
  const send = (change: SharedChange): boolean => {
    const seen = seenBy(selection.matches, change)
    if (!seen) return true
    const bytes = change.frameOf(seen, framing, first)
    first = false
    return sink.write(bytes)
  }

  /** The same of what somebody has to be asked for first. */
  const sendPrepared = async (change: SharedChange, ready: NonNullable<WatchPlan['prepare']>): Promise<boolean> => {
    const { before, after, tombstone } = change
    await ready([before, after, tombstone].filter(entry => entry !== undefined))
    const seen = seenBy(selection.matches, change)
    if (!seen) return true
    await ready([seen.entry])
    const bytes = framing.frame(seen.type, framing.object(seen.entry, first))
    first = false
    return sink.write(bytes)
  }

  const sendEither = (change: SharedChange): boolean | Promise<boolean> =>
    plan.prepare ? sendPrepared(change, plan.prepare) : send(change)

  const piecesFor = (batch: ChangeBatch): readonly Piece[] => {
    const seenOf = (change: SharedChange) => (relevant(change) ? seenBy(selection.matches, change) : undefined)
    const make = (): readonly Piece[] => piecesOf(batch.changes, seenOf, framing, first)
    const seesAll = selection.everything && !first && position < (batch.changes[0]?.sequence ?? 0)
    return seesAll ? batch.shared(`${framing.key} ${selection.namespace ?? '*'}`, make) : make()
  }

  const bookmark = (): boolean => sink.write(framing.frame('BOOKMARK', framing.bookmark(position, false)))

  const catchUpFromLog = async (): Promise<void> => {
    const to = cut.sequence
    for await (const change of historyOf({ log: deps.log, group, resource, after: position, to, signal })) {
      if (signal.aborted) return
      if (!relevant(change)) continue
      const room = await sendEither(change)
      position = change.sequence
      if (!room) await sink.drained(signal)
    }
    position = Math.max(position, to)
  }

  /** `false`: the client has no room for more. */
  const sendBatch = (batch: ChangeBatch): boolean => {
    for (const { bytes, through } of piecesFor(batch)) {
      const room = bytes.length === 0 || sink.write(bytes)
      first &&= bytes.length === 0
      position = Math.max(position, through)
      if (!room) return false
    }
    position = Math.max(position, batch.through)
    return true
  }

  const sendBatchPrepared = async (
    { changes, through }: ChangeBatch,
    ready: NonNullable<WatchPlan['prepare']>,
  ): Promise<boolean> => {
    for (const change of changes) {
      const room = !relevant(change) || (await sendPrepared(change, ready))
      position = Math.max(position, change.sequence)
      if (!room) return false
    }
    position = Math.max(position, through)
    return true
  }

  const catchUp = async (): Promise<void> => {
    while (position < cut.sequence && !signal.aborted) {
      const batch = hub.since(group, resource, position)
      if (!batch) {
        await catchUpFromLog()
        continue
      }
      const room = plan.prepare ? await sendBatchPrepared(batch, plan.prepare) : sendBatch(batch)
      if (!room) await sink.drained(signal)
      if (sharedTurn.isOver()) await sharedTurn.next()
    }
  }

  /** Passes on what happens as it happens, until the client has no room or the watch ends. */
  const followLive = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const leave = (): void => {
        live = false
        stopListening()
        signal.removeEventListener('abort', aborted)
      }
      const finish = (room = true): void => {
        leave()
        resolve(room ? undefined : sink.drained(signal))
      }
      const aborted = (): void => finish()
      const pass = (batch: ChangeBatch): void => {
        // Nobody is asked here: catching up asks.
        if (plan.prepare && batch.changes.some(relevant)) return finish()
        if (!sendBatch(batch)) finish(false)
      }
      const stopListening = hub.listen(group, resource, batch => {
        try {
          pass(batch)
        } catch (error) {
          // An object that cannot be shown ends this watch, and no other.
          leave()
          reject(error as Error)
        }
      })
      signal.addEventListener('abort', aborted)
      live = true
      // What was applied between catching up and listening was announced to nobody.
      if (signal.aborted || cut.sequence > position) finish()
    })

  const beat = (): void => {
    if (!live || !plan.bookmarks) return
    position = Math.max(position, hub.passedOn)
    bookmark()
  }
  const stopTimeout = clock.after(plan.timeoutMilliseconds, () => {
    beat()
    timeout.abort()
  })
  const beats = plan.bookmarks ? repeatedly(clock, bookmarkEveryMilliseconds, beat) : undefined
  try {
    await sendInitial(plan, sink, signal)
    while (!signal.aborted) {
      await catchUp()
      await followLive()
    }
  } finally {
    stopTimeout()
    void beats?.stop()
  }
}
