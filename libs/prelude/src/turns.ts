/** Milliseconds of work after which others have their turn. */
const turnMilliseconds = 8

const waiting: (() => void)[] = []
/** When the turn began that all share between two rounds of the loop. */
let sharedBegin: number | undefined

const begin = (): void => {
  sharedBegin = performance.now()
  setImmediate(() => (sharedBegin = undefined))
}

/** Whoever is called has begun, though its first step may be long before it asks. */
const callNext = (): void => {
  begin()
  callThoseWhoFit()
}

/** One after the other, each when the one before it has done what it does at once, for as long as their turn lasts; the rest in the next. */
const callThoseWhoFit = (): void => {
  waiting.shift()?.()
  if (waiting.length > 0)
    void Promise.resolve().then(() => (sharedTurn.isOver() ? setImmediate(callNext) : callThoseWhoFit()))
}

/**
 * Resolves when it is the caller's turn: between two turns, whoever they are of, the event loop comes round once. Many that each rest
 * for themselves would still have their turns one right after the other. Those who have little left to do share a turn: with one for each,
 * who waits would wait for as many rounds as there are others, and who only comes would be served before.
 */
export const nextTurn = (): Promise<void> =>
  new Promise(resolve => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(callNext)
  })

/** Long work that is done in turns: `if (turn.isOver()) await turn.next()` before each of its small steps. */
export interface Turn {
  isOver(): boolean
  next(): Promise<void>
}

/**
 * One turn for everybody who works between two rounds of the event loop: what many do, each a little, counts together. It begins
 * with who has waited for it, or when the first of others asks.
 */
export const sharedTurn: Turn = {
  isOver: () => {
    if (sharedBegin !== undefined) return performance.now() - sharedBegin > turnMilliseconds
    begin()
    return false
  },
  next: nextTurn,
}

/** Does the work at once, or in the next turn where this one is over. Without a turn always at once. */
export const inTurn = <A>(turn: Turn | undefined, work: () => A | Promise<A>): A | Promise<A> =>
  turn?.isOver() ? turn.next().then(work) : work()

/** What `one` makes of each item, in turns. */
export const inTurns = async <A, B>(items: readonly A[], one: (item: A) => B): Promise<readonly B[]> => {
  const made: B[] = []
  for (const item of items) {
    if (sharedTurn.isOver()) await sharedTurn.next()
    made.push(one(item))
  }
  return made
}

/** The items that pass, in turns. */
export const filterInTurns = async <A>(items: readonly A[], passes: (item: A) => boolean): Promise<readonly A[]> => {
  const kept: A[] = []
  for (const item of items) {
    if (sharedTurn.isOver()) await sharedTurn.next()
    if (passes(item)) kept.push(item)
  }
  return kept
}
