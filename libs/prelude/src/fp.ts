import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'

/** fp-ts, as this project uses it: `Either` for refusals, `TaskEither` for refusals that arrive later, `pipe`. */
export { E, TE, pipe }
/** A value, or why there is none. */
export type Either<L, R> = E.Either<L, R>
/** The same of something that takes its time; it never rejects. */
export type TaskEither<L, R> = TE.TaskEither<L, R>
