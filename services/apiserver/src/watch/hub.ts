import { sharedTurn } from '@periplus/prelude'
import type { ObjectRef } from '@periplus/api'
import type { Sequence } from '@periplus/log'
import type { Change, LiveCut } from '@periplus/projection'
import { changeBatch } from './batch.ts'
import type { ChangeBatch } from './batch.ts'
import { sharedChange } from './shared-change.ts'
import type { SharedChange } from './shared-change.ts'

type Listener = (batch: ChangeBatch) => void

/** One subscription to the cut, fanned out by resource: a watcher is woken only for what it may be watching. */
export interface WatchHub {
  /** Called for changes of the resource, some time after they were applied; must not throw. Returns how to stop. */
  listen(group: string, resource: string, listener: Listener): () => void
  /**
   * The next changes of the resource after a sequence, as many as are written at once; `undefined` where memory does not reach back that
   * far. Watchers that fell behind together catch up with the same batches.
   */
  since(group: string, resource: string, after: Sequence): ChangeBatch | undefined
  /** Everything up to here has been passed on. */
  readonly passedOn: Sequence
  /** How many listen now. */
  watchers(): number
  close(): void
}

/** Milliseconds that watchers wait at most for more to come with what there is. */
const longestRest = 20

/** Changes that a watcher catches up with at once, and batches of them that are remembered for others. */
const mostAtOnce = 100
const mostRemembered = 8

const keyOf = ({ event: { ref } }: Change): string => `${ref.group}/${ref.resource}`

/**
 * Passes on in rounds: what is applied meanwhile comes with the next one, together, for a write costs a watcher's connection more
 * than what is written. Between two rounds lies as long as the last one took, so that a thousand watchers take half of the loop at
 * most; and a round is made in turns.
 */
export const watchHub = (cut: LiveCut): WatchHub => {
  const listeners = new Map<string, Set<Listener>>()
  let waiting: Change[] = []
  let isUnderWay = false
  let isClosed = false
  let passedOn: Sequence = 0

  const byResource = (changes: readonly Change[]): ReadonlyMap<string, readonly SharedChange[]> => {
    const touched = new Map<string, SharedChange[]>()
    for (const change of changes) {
      const key = keyOf(change)
      if (!listeners.has(key)) continue
      const batch = touched.get(key)
      if (batch) batch.push(sharedChange(change))
      else touched.set(key, [sharedChange(change)])
    }
    return touched
  }

  const round = async (): Promise<void> => {
    const begun = performance.now()
    const changes = waiting
    const through = cut.sequence
    waiting = []
    for (const [key, shared] of byResource(changes)) {
      const batch = changeBatch(shared, through)
      for (const listener of [...(listeners.get(key) ?? [])]) {
        if (sharedTurn.isOver()) await sharedTurn.next()
        if (listeners.get(key)?.has(listener)) listener(batch)
      }
    }
    passedOn = through
    const rest = Math.min(performance.now() - begun, longestRest)
    if (waiting.length === 0) isUnderWay = false
    // A timer is a millisecond at least.
    else if (rest < 1) next()
    else setTimeout(next, rest)
  }
  const next = (): void => {
    isUnderWay = true
    setImmediate(() => void (isClosed ? undefined : round()))
  }

  const remembered = new Map<string, ChangeBatch>()
  const since: WatchHub['since'] = (group, resource, after) => {
    const key = `${group}/${resource} ${after} ${cut.sequence}`
    const batch = remembered.get(key) ?? nextAfter(cut, { group, resource }, after)
    if (!batch) return undefined
    remembered.set(key, batch)
    for (const oldest of remembered.keys()) if (remembered.size > mostRemembered) remembered.delete(oldest)
    return batch
  }

  const stop = cut.subscribe(changes => {
    if (listeners.size === 0) return
    waiting.push(...changes)
    if (!isUnderWay) next()
  })
  return {
    listen: (group, resource, listener) => {
      const key = `${group}/${resource}`
      const set = listeners.get(key) ?? new Set<Listener>()
      listeners.set(key, set.add(listener))
      return () => {
        set.delete(listener)
        if (set.size === 0 && listeners.get(key) === set) listeners.delete(key)
      }
    },
    since,
    get passedOn() {
      return isUnderWay ? passedOn : cut.sequence
    },
    watchers: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    close: () => {
      isClosed = true
      stop()
    },
  }
}

const nextAfter = (
  cut: LiveCut,
  { group, resource }: Pick<ObjectRef, 'group' | 'resource'>,
  after: Sequence,
): ChangeBatch | undefined => {
  const recent = cut.recent(after)
  if (!recent) return undefined
  const changes: SharedChange[] = []
  for (const change of recent) {
    const { ref } = change.event
    if (ref.group !== group || ref.resource !== resource) continue
    changes.push(sharedChange(change))
    if (changes.length === mostAtOnce) return changeBatch(changes, change.event.sequence)
  }
  return changeBatch(changes, cut.sequence)
}
