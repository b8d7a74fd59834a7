import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** The answer, which is one. */
export const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}
