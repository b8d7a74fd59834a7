import { repeatedly, sharedTurn } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Change, Entry, LiveCut } from '@periplus/projection'
import type { Sink } from '../http/reply.ts'
import { departed } from '../watch/frame.ts'
import { sendInitial } from '../watch/initial.ts'
import { bookmarkEveryMilliseconds } from '../watch/plan.ts'
import type { WatchPlan } from '../watch/plan.ts'
import type { MayRead } from './may-read.ts'

/** A watch of what one may read. */
export interface MinePlan extends WatchPlan {
  /** What the watcher has been told of, at `after`; those that come first included. */
  readonly shown: readonly Entry[]
  /** By the rules of now; the same function for as long as they are the same. */
  readonly mayRead: () => MayRead
}

const keyOf = ({ ref }: Pick<Entry, 'ref'>): string => `${ref.namespace}/${ref.name}`

/**
 * Goes from one state of the cut to a later one: what the watcher may see there, against what was shown. So a grant shows objects, as ADDED, and
 * one that is taken away takes them, as DELETED in the state that was shown last; both are followed by a bookmark, as those objects are
 * older than the grant. Several changes of an object within one step are one. What is shown of a step is all of its moment, the rules too.
 */
export const runMineWatch = async (
  { cut, clock }: { readonly cut: LiveCut; readonly clock: Clock },
  plan: MinePlan,
  sink: Sink,
  outer: AbortSignal,
): Promise<void> => {
  const { selection, framing, kind } = plan
  const timeout = new AbortController()
  const signal = AbortSignal.any([outer, timeout.signal])
  const shown = new Map(plan.shown.map(entry => [keyOf(entry), entry]))
  let position = plan.after
  let rules: MayRead | undefined
  let first = plan.initial.length === 0
  let isBeat = false

  const write = async (type: 'ADDED' | 'MODIFIED' | 'DELETED', entry: Entry): Promise<void> => {
    await plan.prepare?.([entry])
    const room = sink.write(framing.frame(type, framing.object(entry, first)))
    first = false
    if (!room) await sink.drained(signal)
  }

  const step = async (): Promise<void> => {
    // All of one moment: nothing is awaited between these.
    const at = cut.sequence
    const mayRead = plan.mayRead()
    const recent = cut.recent(position)
    const present = cut.entries(kind.group, kind.resource, selection.namespace)
    const isSame = mayRead === rules
    const touched = isSame && recent ? newestOf(recent.filter(isOurs)) : againstAll(present, shown)
    rules = mayRead

    for (const [key, entry] of touched) {
      if (signal.aborted) return
      if (sharedTurn.isOver()) await sharedTurn.next()
      const before = shown.get(key)
      if (entry && entry.sequence === before?.sequence && isSame) continue
      const isMine = entry !== undefined && mayRead(entry.ref) && (await isSelected(entry))
      if (isMine) shown.set(key, entry)
      else shown.delete(key)
      if (isMine && entry.sequence !== before?.sequence) await write(before ? 'MODIFIED' : 'ADDED', entry)
      else if (!isMine && before) await write('DELETED', departed(before, at))
    }
    position = at
    if (plan.bookmarks && !first && (!isSame || isBeat)) bookmark()
    isBeat = false
  }

  const isOurs = ({ event: { ref } }: Change): boolean =>
    ref.group === kind.group &&
    ref.resource === kind.resource &&
    (selection.namespace === undefined || ref.namespace === selection.namespace)

  const isSelected = async (entry: Entry): Promise<boolean> => {
    await plan.prepare?.([entry])
    return selection.matches(entry)
  }

  const bookmark = (): boolean => sink.write(framing.frame('BOOKMARK', framing.bookmark(position, false)))

  const woken = wakes(cut, changes => changes.some(change => isOurs(change) || decides(change)), signal)
  const beat = (): void => {
    isBeat = true
    woken.now()
  }
  const stopTimeout = clock.after(plan.timeoutMilliseconds, () => timeout.abort())
  const beats = plan.bookmarks ? repeatedly(clock, bookmarkEveryMilliseconds, beat) : undefined
  try {
    await sendInitial(plan, sink, signal)
    while (!signal.aborted) {
      await step()
      await woken.next()
    }
  } finally {
    stopTimeout()
    void beats?.stop()
    woken.stop()
  }
}

const decides = ({ event: { ref } }: Change): boolean => ref.group === 'rbac.authorization.k8s.io'

const newestOf = (changes: readonly Change[]): ReadonlyMap<string, Entry | undefined> =>
  new Map(changes.map(({ event, after }) => [keyOf(event), after]))

/** All that is there, and what was shown and is there no more. */
const againstAll = (
  present: readonly Entry[],
  shown: ReadonlyMap<string, Entry>,
): ReadonlyMap<string, Entry | undefined> => {
  const all = new Map<string, Entry | undefined>(present.map(entry => [keyOf(entry), entry]))
  for (const key of shown.keys()) if (!all.has(key)) all.set(key, undefined)
  return all
}

interface Wakes {
  /** Resolves at once where something has come since the last time. */
  next(): Promise<void>
  now(): void
  stop(): void
}

/** Wakes whoever waits when changes of a kind are applied, or when `signal` aborts. */
const wakes = (cut: LiveCut, concerns: (changes: readonly Change[]) => boolean, signal: AbortSignal): Wakes => {
  let isDue = false
  let wake = (): void => undefined
  const due = (): void => {
    isDue = true
    wake()
  }
  const stopListening = cut.subscribe(changes => {
    if (concerns(changes)) due()
  })
  signal.addEventListener('abort', due)
  return {
    next: async () => {
      if (!isDue) await new Promise<void>(resolve => (wake = resolve))
      isDue = false
    },
    now: due,
    stop: () => {
      stopListening()
      signal.removeEventListener('abort', due)
    },
  }
}
