import type { Clock } from '@periplus/prelude'
import type { SinkPosition } from '../positions/positions.ts'

type Place = Omit<SinkPosition, 'router'>

export interface Keeper {
  /** The newest place. `soon`: lines were delivered on the way to it. */
  note(place: Place, soon: boolean): void
  /** The newest place that was noted. */
  readonly noted: Place | undefined
  /** Keeps the newest place now. */
  flush(): Promise<void>
  /** Resolves when the sink turns out to be another's. */
  readonly lost: Promise<void>
  stop(): void
}

/** Milliseconds between two writes of a place; a sink that only sees other's lines go by writes less often. */
const soonAfter = 2_000
const lateAfter = 30_000

/** Keeps places, the newest alone and not too often. */
export const keeper = (keep: (place: Place) => Promise<boolean>, clock: Clock): Keeper => {
  let newest: Place | undefined
  let noted: Place | undefined
  let dueAt = Infinity
  let cancel = (): void => undefined
  let writing: Promise<void> = Promise.resolve()
  let lose = (): void => undefined
  const lost = new Promise<void>(resolve => (lose = resolve))

  const write = async (): Promise<void> => {
    const place = newest
    newest = undefined
    dueAt = Infinity
    cancel()
    if (place !== undefined && !(await keep(place))) lose()
  }
  const flush = (): Promise<void> => (writing = writing.then(write))

  return {
    lost,
    flush,
    get noted() {
      return noted
    },
    note: (place, soon) => {
      newest = noted = place
      const at = clock.now() + (soon ? soonAfter : lateAfter)
      if (at >= dueAt) return
      dueAt = at
      cancel()
      cancel = clock.after(at - clock.now(), () => void flush())
    },
    stop: () => cancel(),
  }
}
