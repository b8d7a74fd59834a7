import { seededRandom, thrownText } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import type { Sequence } from '@periplus/log'
import { nowDoing } from '@periplus/service'
import type { Controller, Decision, Key, RefusedCommand } from '../controller.ts'
import type { WorkItem } from '../queue/work-queue.ts'
import { ObservingCut } from './observed-cut.ts'
import { assumedAfter } from './decision-in-flight.ts'
import type { AssumedCut, DecisionInFlight } from './decision-in-flight.ts'

export interface DecidingEnvironment {
  readonly clock: Clock
  readonly newSeed: () => number
  readonly stopwatch: () => number
  readonly onBug: (key: Key, error: unknown) => void
}

/** Takes one decision after another, each under an id of its own. */
export type DecideKey = (
  item: WorkItem,
  at: Sequence,
  base: AssumedCut,
  refused: RefusedCommand | undefined,
) => {
  readonly taken: DecisionInFlight
  /** What the next decision of the round is taken on. */
  readonly next: AssumedCut | undefined
}

/** Decisions of a controller. A throw is a bug: it is reported, and becomes a decision that failed and asks for nothing. */
export const decideKeys = (
  controller: Controller,
  { clock, newSeed, stopwatch, onBug }: DecidingEnvironment,
): DecideKey => {
  let count = 0
  return (item, at, base, refused) => {
    const seed = newSeed()
    const now = clock.now()
    const id = `${controller.name}.${now.toString(36)}.${seed.toString(36)}.${(count++).toString(36)}`
    const view = new ObservingCut(base.cut)
    const begun = stopwatch()
    const takenWith = (decision: Decision, failed?: string): DecisionInFlight => ({
      ...{ id, item, seed, now, at, after: base.after, assumed: base.assumed, refused, decision, failed },
      observed: view.observed,
      cost: stopwatch() - begun,
    })
    try {
      const { inputs } = controller
      const random = seededRandom(seed)
      const moment = { now, random, ...(refused ? { refused } : {}), ...(inputs ? { inputs } : {}) }
      nowDoing(`decide ${controller.name} ${item.key.namespace}/${item.key.name}`)
      const decision = checked(controller.decide(view, item.key, moment))
      return { taken: takenWith(decision), next: assumedAfter(controller, base, id, decision) }
    } catch (error) {
      onBug(item.key, error)
      const what = thrownText(error)
      return { taken: takenWith({ commands: [], why: `it could not be decided: ${what}` }, what), next: base }
    }
  }
}

/** A decision that asks to be taken again at no moment at all would be taken again at once, for ever. */
const checked = (decision: Decision): Decision => {
  if (Number.isNaN(decision.requeueAfter)) throw new RangeError('Invalid time value')
  return decision
}
