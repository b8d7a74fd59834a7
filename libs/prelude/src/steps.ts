import type { Turn } from './turns.ts'

/** Long work that rests between its small steps, and then gives what it made. How far it has come is no part of what it makes. */
export type Steps<A> = Generator<undefined, A, undefined>

/** So many small steps count as one: asking whether a turn is over costs as much as some of them. */
const smallSteps = 128
let since = 0

/** Whether it is time to rest, asked once a small step: `if (isRestDue()) yield`. */
export const isRestDue = (): boolean => {
  if (++since < smallSteps) return false
  since = 0
  return true
}

/** Does the work at once; in turns, where it takes longer than this one. Without a turn always at once. */
export const inSteps = <A>(turn: Turn | undefined, steps: Steps<A>): A | Promise<A> =>
  // Asked before the first step: a turn that nobody has begun begins with it.
  turn?.isOver() ? turn.next().then(() => stepping(turn, steps)) : stepping(turn, steps)

const stepping = <A>(turn: Turn | undefined, steps: Steps<A>): A | Promise<A> => {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
    if (turn?.isOver()) return turn.next().then(() => stepping(turn, steps))
  }
}

/** Does the work without a rest. */
export const atOnce = <A>(steps: Steps<A>): A => inSteps(undefined, steps) as A
