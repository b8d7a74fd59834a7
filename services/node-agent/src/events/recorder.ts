import type { Event, ObjectReference } from '@periplus/kinds'
import { Event as EventKind } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import { E } from '@periplus/prelude'
import type { Commands } from '@periplus/commands'
import type { Origin } from '@periplus/log'
import { timeText } from '../status/time.ts'
import { spamGuard } from './spam-guard.ts'

export interface News {
  readonly about: ObjectReference
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Why it came to be known. */
  readonly origin: Origin
}

/** Tells people what happened, as core/v1 Events. Never waits for anybody: when the log is slow, news is dropped, and counted. */
export interface EventRecorder {
  record(news: News): void
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>
  readonly dropped: number
}

interface Known {
  readonly name: string
  readonly count: number
  readonly firstTimestamp: string
}

/** The API's own limit of an Event's note; a container may have chosen the words. */
const longestMessage = 1024
const mostWaiting = 1000
const mostKnown = 4096
const retryMilliseconds = 1000

/** Repeated news bumps `count` on the event that told it first, as client-go's recorder does. */
export const eventRecorder = (
  commands: Commands,
  nodeName: string,
  clock: Clock,
  component = 'kubelet',
): EventRecorder => {
  const known = new Map<string, Known>()
  const waiting: News[] = []
  const allows = spamGuard(clock)
  let dropped = 0
  let order = 0
  let writing: Promise<void> | undefined

  /** False: the log takes nothing at the moment. */
  const write = async (news: News): Promise<boolean> => {
    const key = JSON.stringify([news.about.uid, news.about.fieldPath, news.type, news.reason, shortened(news.message)])
    const now = timeText(clock.now())
    const before = known.get(key)
    const entry: Known = before
      ? { ...before, count: before.count + 1 }
      : { name: eventName(news.about, clock.now(), order++), count: 1, firstTimestamp: now }
    const event: Event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: entry.name, namespace: news.about.namespace || 'default' },
      involvedObject: news.about,
      type: news.type,
      reason: news.reason,
      message: shortened(news.message),
      source: { component, host: nodeName },
      reportingComponent: component,
      reportingInstance: nodeName,
      firstTimestamp: entry.firstTimestamp,
      lastTimestamp: now,
      count: entry.count,
    }
    const result = await commands.execute(
      { verb: before ? 'update' : 'create', kind: EventKind, object: event },
      news.origin,
    )
    if (E.isRight(result)) {
      known.delete(key)
      known.set(key, entry)
      const [oldest] = known.keys()
      if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
    } else if (result.left.tag === 'ServiceUnavailable') return false
    else if (before) {
      known.delete(key)
      if (result.left.tag === 'NotFound') return write(news)
    } else dropped++
    return true
  }
  const drain = async (): Promise<void> => {
    let taken = true
    for (let [news] = waiting; news && taken; [news] = waiting) {
      // What threw is not told again: the next news may be fine.
      taken = await write(news).catch(() => {
        dropped++
        return true
      })
      if (taken) waiting.shift()
    }
    writing = undefined
    if (!taken) clock.after(retryMilliseconds, () => (writing ??= drain()))
  }

  return {
    record: news => {
      if (waiting.length >= mostWaiting || !allows(news.about.uid ?? news.about.name ?? '')) {
        dropped++
        return
      }
      waiting.push(news)
      writing ??= drain()
    },
    settled: () => writing ?? Promise.resolve(),
    get dropped() {
      return dropped
    },
  }
}

const shortened = (message: string): string =>
  message.length > longestMessage ? `${message.slice(0, longestMessage - 3)}...` : message

/** `<object>.<hex of the moment>`, which sorts by time and is unique for one recorder. */
const eventName = (about: ObjectReference, now: number, order: number): string =>
  `${about.name}.${(BigInt(now) * 1_000_000n + BigInt(order % 1_000_000)).toString(16)}`
