/** Milliseconds of work after which others have their turn. */
const turnMilliseconds = 8

const waiting: (() => void)[] = []
/** When the first who works between two rounds of the loop asked. */
let sharedBegin: number | undefined

const callNext = (): void => {
  sharedBegin = undefined
  waiting.shift()?.()
  if (waiting.length > 0) setImmediate(callNext)
}

/**
 * Resolves when it is the caller's turn: between two turns, whoever they are of, the event loop comes round once. Many that each rest
 * for themselves would still have their turns one right after the other.
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

/** The first turn begins with the call. */
export const turns = (): Turn => {
  let begun = performance.now()
  return {
    isOver: () => performance.now() - begun > turnMilliseconds,
    next: async () => {
      await nextTurn()
      begun = performance.now()
    },
  }
}

/**
 * One turn for everybody who works between two rounds of the event loop: what many do, each a little, counts together. It begins
 * when the first of them asks.
 */
export const sharedTurn: Turn = {
  isOver: () => {
    const now = performance.now()
    if (sharedBegin !== undefined) return now - sharedBegin > turnMilliseconds
    sharedBegin = now
    setImmediate(() => (sharedBegin = undefined))
    return false
  },
  next: nextTurn,
}

/** Does the work at once, or in the next turn where this one is over. Without a turn always at once. */
export const inTurn = <A>(turn: Turn | undefined, work: () => A | Promise<A>): A | Promise<A> =>
  turn?.isOver() ? turn.next().then(work) : work()

/** What `one` makes of each item, in turns. */
export const inTurns = async <A, B>(items: readonly A[], one: (item: A) => B): Promise<readonly B[]> => {
  const turn = turns()
  const made: B[] = []
  for (const item of items) {
    if (turn.isOver()) await turn.next()
    made.push(one(item))
  }
  return made
}

/** The items that pass, in turns. */
export const filterInTurns = async <A>(items: readonly A[], passes: (item: A) => boolean): Promise<readonly A[]> => {
  const turn = turns()
  const kept: A[] = []
  for (const item of items) {
    if (turn.isOver()) await turn.next()
    if (passes(item)) kept.push(item)
  }
  return kept
}
