import { E, thrownText } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import type { LiveCut } from '@periplus/projection'
import type { RunningService } from '@periplus/service'
import { defaultBackOff } from '../queue/work-queue.ts'
import type { BackOff } from '../queue/work-queue.ts'
import type { Effect, EffectState } from './effect.ts'

/** What an effect runs with. */
export interface EffectEnvironment {
  readonly cut: LiveCut
  readonly clock: Clock
  /** Default: from 10 ms on, doubling, up to a minute. */
  readonly backOff?: BackOff
  /** Milliseconds after which the world is made as wanted again although nothing changed: others may have been at it. Default: never. */
  readonly refreshEvery?: number
  /** Told of every change of state but one `Applied` following another. */
  readonly report?: (state: EffectState) => void
  /** A throw of `desired` or `apply`: a bug, that costs this effect an attempt and nobody else anything. */
  readonly onBug: (error: unknown) => void
}

/** An effect at work. */
export interface RunningEffect extends RunningService {
  readonly state: EffectState
  /** Applies what is wanted now, for a reason that no change tells of. Resolves when it is applied, however often that fails before. */
  renew(): Promise<void>
  /** Resolves when nothing is being applied and nothing waits but for its back-off. */
  settled(): Promise<void>
}

/**
 * Keeps an effect: once at the start, then after changes that wake it. What comes while it is being applied is applied together
 * afterwards, from the newest cut alone. A failure is tried again after its back-off, or sooner when something changes.
 */
export const runEffect = <Wanted>(effect: Effect<Wanted>, environment: EffectEnvironment): RunningEffect => {
  const { cut, clock, refreshEvery, onBug } = environment
  const { firstMilliseconds, maximumMilliseconds } = environment.backOff ?? defaultBackOff
  let state: EffectState = { tag: 'Pending' }
  let due = true
  /** How often it was tried since it last went well because its back-off had run out: what fails at a change may go well soon. */
  let waits = 0
  let stopped = false
  let working: Promise<void> | undefined
  let waiting: readonly (() => void)[] = []
  let cancelTimer = (): void => undefined

  const becomes = (next: EffectState): void => {
    const quiet = state.tag === 'Applied' && next.tag === 'Applied'
    state = next
    if (!quiet) environment.report?.(next)
  }

  const attempt = async (): Promise<Either<string, void>> => {
    try {
      return await effect.apply(effect.desired(cut))
    } catch (error) {
      onBug(error)
      return E.left(thrownText(error))
    }
  }

  const wakeAfter = (milliseconds: number): void => {
    cancelTimer = clock.after(milliseconds, () => {
      if (state.tag === 'Failing') waits++
      due = true
      begin()
    })
  }

  const work = async (): Promise<void> => {
    // What comes within this turn of the event loop is applied with what began it.
    await Promise.resolve()
    while (due && !stopped) {
      due = false
      cancelTimer()
      const { sequence } = cut
      const renewing = waiting
      waiting = []
      const outcome = await attempt()
      if (E.isRight(outcome)) {
        waits = 0
        becomes({ tag: 'Applied', sequence })
        for (const resolve of renewing) resolve()
        if (refreshEvery !== undefined) wakeAfter(refreshEvery)
        continue
      }
      waiting = [...renewing, ...waiting]
      const attempts = state.tag === 'Failing' ? state.attempts + 1 : 1
      const since = state.tag === 'Failing' ? state.since : clock.now()
      becomes({ tag: 'Failing', why: outcome.left, attempts, since })
      wakeAfter(Math.min(maximumMilliseconds, firstMilliseconds * 2 ** Math.min(waits, 30)))
    }
  }

  const begin = (): void => {
    if (stopped) return
    working ??= work().finally(() => (working = undefined))
  }

  const unsubscribe = cut.subscribe(changes => {
    if (!changes.some(effect.wakes)) return
    due = true
    begin()
  })
  begin()

  return {
    name: effect.name,
    get state() {
      return state
    },
    renew: () =>
      new Promise(resolve => {
        waiting = [...waiting, resolve]
        due = true
        begin()
      }),
    settled: async () => {
      while (working) await working
    },
    stop: async () => {
      stopped = true
      unsubscribe()
      cancelTimer()
      await working
      for (const resolve of waiting) resolve()
    },
  }
}
