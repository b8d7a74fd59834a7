/** How long keys rest after decisions that cost much. */
export interface DecisionPace {
  /** Milliseconds for which a key rests whose decision took `cost` of them. */
  restAfter(cost: number): number
}

/** A key rests this many times as long as its decision took: what wakes it meanwhile is decided at once. */
const restPerCost = 4
const longestRest = 1_000
/** So much of a processor is for all keys that rest. */
const share = 1 / (1 + restPerCost)
/** What they may take before that holds, so that nobody waits who does something once. */
const burst = 2_000

/** Each key by itself: one that a thousand events wake, such as a large ReplicaSet, takes a fifth of the processor at most. */
export const eachForItself: DecisionPace = {
  restAfter: cost => {
    const milliseconds = Math.min(cost * restPerCost, longestRest)
    return milliseconds < 1 ? 0 : milliseconds
  },
}

/**
 * Many such keys would take all of the processor, the more of them there are and the larger they are. Those that share this pace take a fifth
 * together, as far as each may decide once a second. `now` is real time in milliseconds.
 */
export const decisionPace = (now: () => number): DecisionPace => {
  let debt = 0
  let at = now()
  return {
    restAfter: cost => {
      const own = eachForItself.restAfter(cost)
      if (own === 0) return 0
      const since = now() - at
      at += since
      debt = Math.max(0, debt - since * share) + cost
      return Math.min(longestRest, Math.max(own, (debt - burst) / share))
    },
  }
}
