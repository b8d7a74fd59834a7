import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { EventLog } from './event-log.ts'

/** The log of who has none: all that is asked of it is refused, and to follow it is a bug. */
export const noLog = (message: string): EventLog => {
  const refused = async (): Promise<Either<{ readonly tag: 'Unavailable'; readonly message: string }, never>> =>
    E.left({ tag: 'Unavailable', message })
  const follow = (): never => {
    throw new Error(message)
  }
  return {
    ...{ append: refused, appendAll: refused, get: refused, last: refused, bounds: refused, bases: refused },
    ...{ follow, range: follow },
  }
}
