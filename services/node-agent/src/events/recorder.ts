import type { Commands } from '@periplus/commands'
import { correlate, countedUp, eventCommand, eventName, firstEvent, isAlike } from '@periplus/controller'
import type { Told } from '@periplus/controller'
import type { Event, ObjectReference } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { spamGuard } from './spam-guard.ts'

export interface NodeEventDraft {
  readonly about: ObjectReference
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Why it came to be known. */
  readonly origin: Origin
}

/** Tells people what happened, as core/v1 Events. Never waits for anybody: when the log is slow, news is dropped, and counted. */
export interface EventRecorder {
  record(news: NodeEventDraft): void
  /** Resolves when nothing waits to be written. */
  settled(): Promise<void>
  readonly dropped: number
}

interface Written {
  readonly event: Event
}

interface Waiting {
  readonly told: Told
  readonly origin: Origin
  readonly at: number
  /** The name that it gets if it is told for the first time. */
  readonly name: string
}

const mostWaiting = 1000
const mostKnown = 4096
const retryMilliseconds = 1000

/**
 * A node has no Events in its cut: like client-go's recorder, it finds those again that it remembers to have written. The rules are those
 * of all (`correlate`).
 */
export const eventRecorder = (
  commands: Commands,
  nodeName: string,
  clock: Clock,
  component = 'kubelet',
): EventRecorder => {
  /** Alike ones, by what they are alike in; those that something was last told of at the end. */
  const known = new Map<string, readonly Written[]>()
  const waiting: Waiting[] = []
  const allows = spamGuard(clock)
  const nextOrder = ordersOfMoments()
  let dropped = 0
  let writing: Promise<void> | undefined

  const remember = (key: string, alike: readonly Written[]): void => {
    known.delete(key)
    if (alike.length > 0) known.set(key, alike)
    const [oldest] = known.keys()
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest)
  }
  /** False: the log takes nothing at the moment. */
  const write = async ({ told, origin, at, name }: Waiting): Promise<boolean> => {
    const key = JSON.stringify([told.about.kind, told.about.uid, told.type, told.reason])
    const alike = (known.get(key) ?? []).filter(({ event }) => isAlike(told)(event))
    const { again, message } = correlate(told, alike)
    const event = again ? countedUp(again.event, message, at) : firstEvent(told, message, name, at)
    const result = await commands.execute(eventCommand(event, again !== undefined), origin)
    const others = alike.filter(one => one !== again)
    if (E.isRight(result)) remember(key, [...others, { event }])
    else if (result.left.tag === 'ServiceUnavailable') return false
    else {
      if (again) remember(key, others)
      if (again && result.left.tag === 'NotFound') return write({ told, origin, at, name })
      dropped++
    }
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
    record: ({ origin, ...news }) => {
      if (waiting.length >= mostWaiting || !allows(news.about.uid ?? news.about.name ?? '')) {
        dropped++
        return
      }
      const told: Told = { ...news, source: { component, host: nodeName } }
      const at = clock.now()
      waiting.push({ told, origin, at, name: eventName(told, at, nextOrder(at)) })
      writing ??= drain()
    },
    settled: () => writing ?? Promise.resolve(),
    get dropped() {
      return dropped
    },
  }
}

/** Counts what is told in one millisecond, from 0. */
const ordersOfMoments = (): ((now: number) => number) => {
  let last = -Infinity
  let order = 0
  return now => {
    order = now === last ? order + 1 : 0
    last = now
    return order
  }
}
