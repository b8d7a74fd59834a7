import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { pipe } from 'fp-ts/lib/function.js'

/** fp-ts, as this project uses it: `Either` for refusals, `TaskEither` for refusals that arrive later, `pipe`. */
export { E, TE, pipe }
export type Either<L, R> = E.Either<L, R>
export type TaskEither<L, R> = TE.TaskEither<L, R>
