import { thrownAt, thrownText } from '@periplus/prelude'
import type { Logger } from '@periplus/service'

/** Says in the log what was thrown, by whom, and where; the words of it only as far as they can hold nothing of an object. */
export const reporter =
  (log: Logger, who: string) =>
  (error: unknown): void =>
    log.error('something threw, and was contained', { who, error: thrownText(error), at: thrownAt(error) })

/** Does it; what it throws is reported, and costs nobody else anything. */
export const contained = (report: (error: unknown) => void, task: () => void): void => {
  try {
    task()
  } catch (error) {
    report(error)
  }
}

/** The same of something that takes its time; answers `otherwise` where it threw. */
export const containedLater = <A>(report: (error: unknown) => void, otherwise: A, task: () => Promise<A>): Promise<A> =>
  Promise.resolve()
    .then(task)
    .catch((error: unknown) => {
      report(error)
      return otherwise
    })
