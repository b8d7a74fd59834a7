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

/** Asks until there is an answer; left is what is missing. `whileChanging`: for as long as that changes, and an hour at most. */
export const answered = async <A>(
  ask: () => Promise<Either<string, A>>,
  { whileChanging = false, within = patience }: { readonly whileChanging?: boolean; readonly within?: number } = {},
): Promise<A> => {
  const begun = performance.now()
  let missing = ''
  for (let end = begun + within; performance.now() < end; await pause(askEvery)) {
    const answer = await ask()
    if (E.isRight(answer)) return answer.right
    if (whileChanging && answer.left !== missing) end = Math.min(performance.now() + within, begun + longest)
    missing = answer.left
  }
  throw new CannotGoOn(missing)
}

/** Asks until it is so; `ask` says what is missing. */
export const until = (
  ask: () => Promise<string | undefined>,
  options?: { readonly whileChanging?: boolean },
): Promise<void> =>
  answered(async () => {
    const missing = await ask()
    return missing === undefined ? E.right(undefined) : E.left(missing)
  }, options)

/** Asks until it is so, and does something about it each time that it was not for so many milliseconds. */
export const untilNudged = (
  ask: () => Promise<string | undefined>,
  afterMilliseconds: number,
  nudge: () => Promise<unknown>,
): Promise<void> => {
  let begun = performance.now()
  return until(async () => {
    if (performance.now() - begun > afterMilliseconds) {
      await nudge()
      begun = performance.now()
    }
    return ask()
  })
}
