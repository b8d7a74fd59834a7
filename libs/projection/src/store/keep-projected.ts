import { E, pause, systemClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { EventLog, RecordedEvent, Sequence } from '@periplus/log'
import { belongsTo } from './belongs-to.ts'
import { DamagedFilling, fillingOf } from './from-base.ts'
import type { Projection } from './projection.ts'

/** How far a projection has come. */
export type Progress =
  /** Follows the log from `applied`; 0 is a rebuild. */
  | { readonly tag: 'Following'; readonly applied: Sequence }
  | { readonly tag: 'Applied'; readonly applied: Sequence; readonly events: number }
  /** The projection is somewhere else than we left it: flushed, restored from an older dump, or somebody else's work. */
  | { readonly tag: 'Moved'; readonly from: Sequence; readonly to: Sequence }
  /** It was of another log, and has been emptied. */
  | { readonly tag: 'Cleared' }
  /** The store, or the log, cannot be reached; asked again until it can. */
  | { readonly tag: 'Unavailable'; readonly message: string }

/** What is projected, from where to where. */
export interface KeepProjectedConfig {
  readonly log: EventLog
  readonly projection: Projection
  /** Ends it. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  /** Milliseconds between two looks at a projection that nothing happens to, for a flush. Default 1,000. */
  readonly lookEveryMilliseconds?: number
  /** Milliseconds between two tries at a store that cannot be reached. Default 500. */
  readonly retryMilliseconds?: number
  /** Milliseconds of rest after a few events, so that those of a busy moment go to the store together. Default 20. */
  readonly gatherMilliseconds?: number
}

/** As many events are worth a call to the store. */
const enough = 256

/**
 * Keeps a projection at the log's head until told to stop. Wherever the projection is found (new, flushed, older, ahead), the
 * log is followed from there, and where it is empty, from the log's newest snapshot; so any number of these may work on one projection.
 * Throws what `follow` throws.
 */
export const keepProjected = async (config: KeepProjectedConfig): Promise<void> => {
  const { log, projection, signal, onProgress = () => undefined } = config
  const { lookEveryMilliseconds = 1_000, retryMilliseconds = 500, gatherMilliseconds = 20 } = config

  const damaged = new Set<Sequence>()
  const unavailable = async (message: string): Promise<void> => {
    onProgress({ tag: 'Unavailable', message })
    await pause(systemClock, retryMilliseconds, signal)
  }
  while (!signal.aborted) {
    const found = await projection.applied()
    if (E.isLeft(found)) {
      await unavailable(found.left.message)
      continue
    }
    let at = found.right
    if (at > 0) {
      const cleared = await clearForeign(log, projection)
      if (E.isLeft(cleared)) {
        await unavailable(cleared.left.message)
        continue
      }
      if (cleared.right) {
        onProgress({ tag: 'Cleared' })
        at = 0
      }
    }
    const filling = at === 0 ? await fillingOf(log, damaged) : undefined
    if (filling && E.isLeft(filling)) {
      await unavailable(filling.left.message)
      continue
    }
    onProgress({ tag: 'Following', applied: at })
    const turn = new AbortController()
    const looking = lookAround(projection, () => at, turn, lookEveryMilliseconds)
    const following = AbortSignal.any([signal, turn.signal])
    try {
      for await (const events of filling?.right.events(following) ?? log.follow(at + 1, following)) {
        const wanted = events.at(-1)?.sequence ?? at
        const applied = await applyAfter(projection, at, events)
        if (E.isLeft(applied)) {
          await unavailable(applied.left.message)
          break
        }
        if (applied.right < wanted) {
          onProgress({ tag: 'Moved', from: at, to: applied.right })
          break
        }
        at = applied.right
        onProgress({ tag: 'Applied', applied: at, events: events.length })
        if (events.length < enough) await pause(systemClock, gatherMilliseconds, following)
      }
    } catch (error) {
      if (!(error instanceof DamagedFilling)) throw error
      damaged.add(error.sequence)
      await projection.clear()
      onProgress({ tag: 'Unavailable', message: error.message })
    } finally {
      turn.abort()
      await looking
    }
  }
}

/** Empties a projection of another log, or one that stands where this log was compacted away; whether it did. */
const clearForeign = async (
  log: EventLog,
  projection: Projection,
): Promise<Either<{ readonly message: string }, boolean>> => {
  const tip = await projection.tip()
  if (E.isLeft(tip)) return tip
  const belongs = await belongsTo(log, tip.right)
  if (E.isLeft(belongs))
    return E.left({ message: belongs.left.tag === 'Unavailable' ? belongs.left.message : 'the log has no such moment' })
  const bounds = await log.bounds()
  const applied = await projection.applied()
  if (E.isLeft(bounds)) return E.left({ message: 'the log cannot be read' })
  if (E.isLeft(applied)) return applied
  if (belongs.right && applied.right >= bounds.right.watermark) return E.right(false)
  const cleared = await projection.clear()
  return E.isLeft(cleared) ? cleared : E.right(true)
}

/** Applies what the projection does not have yet; somebody else may have applied the first of these, or all. */
const applyAfter = async (
  projection: Projection,
  after: Sequence,
  events: readonly RecordedEvent[],
): ReturnType<Projection['apply']> => {
  const applied = await projection.apply(after, events)
  if (E.isLeft(applied) || applied.right <= after || applied.right >= (events.at(-1)?.sequence ?? 0)) return applied
  const rest = events.filter(({ sequence }) => sequence > applied.right)
  return projection.apply(applied.right, rest)
}

/** Ends the turn when the projection is behind where we left it, or cannot be reached. */
const lookAround = async (
  projection: Projection,
  at: () => Sequence,
  turn: AbortController,
  every: number,
): Promise<void> => {
  while (!turn.signal.aborted) {
    await pause(systemClock, every, turn.signal)
    if (turn.signal.aborted) return
    const expected = at()
    const found = await projection.applied()
    if (E.isLeft(found) || found.right < expected) turn.abort()
  }
}
