import { setTimeout as pause } from 'node:timers/promises'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { CannotGoOn } from '../home/say.ts'

/** Servers that keep each stream, and the least that there are: fewer do not outlive the loss of one. */
export const replicas = 3

const askEvery = 200
/** Milliseconds that an answer is waited for. */
export const patience = 60_000
const longest = 3_600_000

interface Patience {
  /** For as long as what is missing changes, and an hour at most. */
  readonly whileChanging?: boolean
  /** Milliseconds. */
  readonly within?: number
}

/** Asks until there is an answer; left is what was missing to the end. */
const answerOf = async <A>(
  ask: () => Promise<Either<string, A>>,
  { whileChanging = false, within = patience }: Patience,
): Promise<Either<string, A>> => {
  const begun = performance.now()
  let missing = ''
  for (let end = begun + within; performance.now() < end; await pause(askEvery)) {
    const answer = await ask()
    if (E.isRight(answer)) return answer
    if (whileChanging && answer.left !== missing) end = Math.min(performance.now() + within, begun + longest)
    missing = answer.left
  }
  return E.left(missing)
}

/** Asks until there is an answer; `ask` says what is missing. */
export const answered = async <A>(ask: () => Promise<Either<string, A>>, options: Patience = {}): Promise<A> => {
  const answer = await answerOf(ask, options)
  if (E.isLeft(answer)) throw new CannotGoOn(answer.left)
  return answer.right
}

const isSo = (ask: () => Promise<string | undefined>) => async (): Promise<Either<string, undefined>> => {
  const missing = await ask()
  return missing === undefined ? E.right(undefined) : E.left(missing)
}

/** Asks until it is so; `ask` says what is missing. */
export const until = async (ask: () => Promise<string | undefined>, options?: Patience): Promise<void> => {
  await answered(isSo(ask), options)
}

/**
 * Asks until it is so, and does something about it each time that it was not for so many milliseconds. What is done may take its time:
 * patience is for the asking.
 */
export const untilNudged = async (
  ask: () => Promise<string | undefined>,
  { afterMilliseconds, within = patience }: { readonly afterMilliseconds: number; readonly within?: number },
  nudge: () => Promise<unknown>,
): Promise<void> => {
  for (let left = within; ; left -= afterMilliseconds) {
    const answer = await answerOf(isSo(ask), { within: afterMilliseconds })
    if (E.isRight(answer)) return
    if (left <= 0) throw new CannotGoOn(answer.left)
    await nudge()
  }
}
