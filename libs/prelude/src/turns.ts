/** Milliseconds of work after which others have their turn. */
const turnMilliseconds = 8

const waiting: (() => void)[] = []

const callNext = (): void => {
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
