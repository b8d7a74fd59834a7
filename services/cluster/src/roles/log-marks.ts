import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal } from '@periplus/bus'
import { ensureBucket, marksOf, marksText, writeMarks } from '@periplus/log'
import type { LogMarks } from '@periplus/log'
import { natsInbox } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import { CannotGoOn } from '../home/say.ts'

const subject = 'periplus.log.marks'

/** Where snapshots of the log are kept is there, for the compactor, which makes no streams. */
export const openSnapshots = async (bus: Bus): Promise<void> => {
  const made = await ensureBucket(bus, 'OBJECTS')
  if (E.isLeft(made)) throw new CannotGoOn(`there is no place for snapshots of the log: ${made.left.message}`)
}

const written = async (bus: Bus, data: Uint8Array): Promise<string> => {
  const marks = marksOf(data)
  if (!marks) return 'these are no marks of a compaction'
  const done = await writeMarks(bus, marks)
  return E.isLeft(done) ? done.left.message : ''
}

/**
 * Writes down for the compactor how far the log is compacted, in the stream's metadata. It may not do so itself, as a user of NATS who may
 * change a stream's metadata may change where its messages go. Answers with why not; empty: it is done.
 */
export const serveLogMarks = (bus: Bus, onBug: (error: unknown) => void): RunningService => {
  const serving = bus.subscribe(
    subject,
    ({ data, reply }) => {
      // Of nobody else, and where nobody else listens.
      if (!reply.startsWith(`${natsInbox('compactor')}.`)) return
      written(bus, Uint8Array.from(data))
        .then(why => bus.publish(reply, Buffer.from(why)))
        .catch(onBug)
    },
    { queue: 'apiservers' },
  )
  return { name: 'log marks', stop: async () => serving.close() }
}

/** Has an API server write them. */
export const markLogOver =
  (bus: Pick<Bus, 'request'>) =>
  async (marks: LogMarks): Promise<Either<BusRefusal, void>> => {
    const answer = await bus.request(subject, marksText(marks))
    if (E.isLeft(answer)) return answer
    const why = Buffer.from(answer.right).toString()
    return why === '' ? E.right(undefined) : E.left({ tag: 'Rejected', message: why })
  }
