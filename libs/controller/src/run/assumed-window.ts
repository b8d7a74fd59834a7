import type { Sequence } from '@periplus/log'
import type { Cut } from '@periplus/projection'
import type { Controller } from '../controller.ts'
import type { Acted } from './carry-out.ts'
import type { AssumedCut, DecisionInFlight } from './decision-in-flight.ts'

/**
 * Decisions of which the cut may not have yet what they did, in their order from the first such one on: what is decided meanwhile is decided
 * on the cut as all of them will have made it (`Controller.assume`).
 */
export interface AssumedWindow {
  /** Whether so many are in it that the next one waits. */
  readonly isFull: boolean
  /**
   * What the next decision is taken on; `undefined`: nobody knows before another one has arrived. So it is while one of which something was refused
   * stands behind others: it is not to be assumed any more, and a record says only after which decision another one was taken, not which of
   * those before that were left out.
   */
  base(): AssumedCut | undefined
  add(taken: DecisionInFlight): void
  /** What came of the decision: all that it did is in a cut that has reached that sequence. */
  acted(taken: DecisionInFlight, acted: Acted): void
  /** The cut has reached that; answers those in here that were taken after it. */
  arrived(taken: DecisionInFlight): readonly DecisionInFlight[]
  /** Resolves when the next one arrives; at once where none is under way. */
  readonly nextArrival: Promise<void>
}

interface Member {
  readonly taken: DecisionInFlight
  /** Where a cut has all that it did; as long as that is not known, none has. */
  until: Sequence
  refused: boolean
}

/** At most so many are under way: some round trips to a log that syncs, at a thousand decisions a second. */
const widest = 128

export const assumedWindow = (cut: Cut, { assume }: Pick<Controller, 'assume'>): AssumedWindow => {
  const members: Member[] = []
  let arrive = (): void => undefined
  let nextArrival = Promise.resolve()
  const expect = (): void => {
    nextArrival = new Promise(resolve => (arrive = resolve))
  }
  expect()
  const letGo = (): void => {
    for (let first = members[0]; first && first.until <= cut.sequence; first = members[0]) members.shift()
  }
  const indexOf = (taken: DecisionInFlight): number => members.findIndex(member => member.taken === taken)
  return {
    get isFull() {
      return members.length >= widest
    },
    get nextArrival() {
      return members.length === 0 ? Promise.resolve() : nextArrival
    },
    base: () => {
      letGo()
      if (members.some(({ refused }) => refused)) return undefined
      const acting = members.map(({ taken }) => taken).filter(({ decision }) => decision.commands.length > 0)
      const last = acting.at(-1)
      if (!last) return { cut, after: undefined, assumed: 0 }
      const assumed = assume?.(
        cut,
        acting.flatMap(({ decision }) => decision.commands),
      )
      return assumed && { cut: assumed, after: last.id, assumed: acting.length }
    },
    add: taken => void members.push({ taken, until: Infinity, refused: false }),
    acted: (taken, { sequence, refused }) => {
      const member = members[indexOf(taken)]
      if (member) Object.assign(member, { until: sequence, refused })
    },
    arrived: taken => {
      // Where it is not in here any more, all that are came after it.
      const later = members.slice(indexOf(taken) + 1).map(member => member.taken)
      letGo()
      arrive()
      expect()
      return later
    },
  }
}
