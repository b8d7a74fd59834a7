import type { Clock } from '@periplus/prelude'
import type { Sequence } from '@periplus/log'
import type { Key } from '../controller.ts'

/** An event that woke a key. */
export interface Trigger {
  readonly sequence: Sequence
  /** The command at the root of the chain that led to it. */
  readonly correlationId: string
}

/** A key that is due, with everything that woke it since it was last taken. */
export interface WorkItem {
  readonly key: Key
  /** In the order of the log, the newest of them when there were very many; empty when a timer woke it. */
  readonly triggers: readonly Trigger[]
}

/**
 * Keys that wait for a decision. A key is in flight at most once; what wakes it meanwhile is kept until `done`. Order among
 * keys is first come, first served; where they are ranked, by rank before that, though nobody waits for ever.
 */
export interface WorkQueue {
  add(key: Key, trigger?: Trigger): void
  /** Wakes the key after a time; replaces an earlier timer of the same key. */
  addAfter(key: Key, milliseconds: number): void
  /** Wakes the key after its back-off, which doubles with each call until `forget`. */
  retry(key: Key): void
  /**
   * As `retry`, for a key that throws: it stays in flight for its back-off, whatever wakes it meanwhile, so that it costs no more
   * however often it is woken.
   */
  rest(key: Key): void
  /** How often the key was retried or rested since it last went well. */
  failures(key: Key): number
  /** The key went well: its back-off starts anew and its timer is cancelled. */
  forget(key: Key): void
  /** Up to `limit` keys that are due; they are in flight until `done`. */
  take(limit: number): readonly WorkItem[]
  done(key: Key): void
  /** Keys due now. */
  readonly depth: number
  /** Called whenever a key becomes due. */
  onReady(listener: () => void): void
  /** Cancels all timers; nothing becomes due any more. */
  close(): void
}

/** How long a key that failed waits, and for how long at most; milliseconds. */
export interface BackOff {
  readonly firstMilliseconds: number
  readonly maximumMilliseconds: number
}

/** From 5 milliseconds to 1,000 seconds, as client-go's. */
export const defaultBackOff: BackOff = { firstMilliseconds: 10, maximumMilliseconds: 60_000 }

/** A key keeps between so many and twice as many triggers while it waits: an object may change a thousand times a second. */
const keptTriggers = 64

/** So often it is the turn of whoever has waited longest, whatever its rank: those of high rank may come again and again. */
const oldestOnceIn = 16

/** Identities by rank, the highest first, and of one rank in the order in which they came. */
const byRank = () => {
  const levels = new Map<number, Set<string>>()
  let order: readonly number[] = []
  return {
    get isOne(): boolean {
      return levels.size <= 1
    },
    add: (rank: number, id: string): void => {
      const level = levels.get(rank) ?? new Set()
      if (!levels.has(rank)) order = [...order, rank].sort((a, b) => b - a)
      levels.set(rank, level.add(id))
    },
    remove: (rank: number, id: string): void => {
      const level = levels.get(rank)
      level?.delete(id)
      if (level?.size !== 0) return
      levels.delete(rank)
      order = order.filter(other => other !== rank)
    },
    *ids(): Iterable<string> {
      for (const rank of order) yield* levels.get(rank) ?? []
    },
  }
}

const identityOf = (key: Key): string => `${key.namespace}/${key.name}`

/** Keys that wait to be worked on, each at most once, as client-go's queue. `rankOf` is asked when a key becomes due. */
export const workQueue = (
  clock: Clock,
  backOff: BackOff = defaultBackOff,
  rankOf: (key: Key) => number = () => 0,
): WorkQueue => {
  const due = new Map<string, { key: Key; triggers: Trigger[]; rank: number }>()
  const ranks = byRank()
  let taken = 0
  const inFlight = new Set<string>()
  const timers = new Map<string, () => void>()
  const failures = new Map<string, number>()
  const listeners: (() => void)[] = []
  let depth = 0
  let closed = false

  const firstFree = (ids: Iterable<string>): string | undefined => {
    for (const id of ids) if (!inFlight.has(id)) return id
    return undefined
  }
  const cancelTimer = (id: string): void => {
    timers.get(id)?.()
    timers.delete(id)
  }
  const ready = (): void => listeners.forEach(listener => listener())

  const add = (key: Key, trigger?: Trigger): void => {
    if (closed) return
    const id = identityOf(key)
    const waiting = due.get(id)
    if (waiting) {
      if (!trigger || waiting.triggers.at(-1)?.sequence === trigger.sequence) return
      if (waiting.triggers.length >= 2 * keptTriggers) waiting.triggers.splice(0, keptTriggers)
      waiting.triggers.push(trigger)
      return
    }
    const rank = rankOf(key)
    due.set(id, { key, triggers: trigger ? [trigger] : [], rank })
    ranks.add(rank, id)
    if (inFlight.has(id)) return
    depth++
    ready()
  }

  const addAfter = (key: Key, milliseconds: number): void => {
    const id = identityOf(key)
    cancelTimer(id)
    if (closed) return
    const wake = (): void => {
      timers.delete(id)
      add(key)
    }
    timers.set(id, clock.after(milliseconds, wake))
  }

  const nextBackOff = (id: string): number => {
    const count = failures.get(id) ?? 0
    failures.set(id, count + 1)
    return Math.min(backOff.firstMilliseconds * 2 ** count, backOff.maximumMilliseconds)
  }

  const done = (key: Key): void => {
    const id = identityOf(key)
    inFlight.delete(id)
    if (!due.has(id) || closed) return
    depth++
    ready()
  }

  return {
    add,
    addAfter,
    retry: key => addAfter(key, nextBackOff(identityOf(key))),
    rest: key => {
      const id = identityOf(key)
      cancelTimer(id)
      if (closed) return
      const end = (): void => {
        timers.delete(id)
        add(key)
        done(key)
      }
      timers.set(id, clock.after(nextBackOff(id), end))
    },
    failures: key => failures.get(identityOf(key)) ?? 0,
    forget: key => {
      const id = identityOf(key)
      failures.delete(id)
      cancelTimer(id)
    },
    take: limit => {
      const items: WorkItem[] = []
      while (items.length < limit) {
        const id = firstFree(ranks.isOne || taken % oldestOnceIn === oldestOnceIn - 1 ? due.keys() : ranks.ids())
        const item = id === undefined ? undefined : due.get(id)
        if (id === undefined || !item) break
        due.delete(id)
        ranks.remove(item.rank, id)
        inFlight.add(id)
        depth--
        taken++
        items.push({ key: item.key, triggers: item.triggers })
      }
      return items
    },
    done,
    get depth() {
      return depth
    },
    onReady: listener => void listeners.push(listener),
    close: () => {
      closed = true
      for (const cancel of timers.values()) cancel()
      timers.clear()
    },
  }
}
