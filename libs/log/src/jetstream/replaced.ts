import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BusRefusal, JetStream, StoredMessage } from '@periplus/bus'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import { at, valuesOf } from '../encoding/header-values.ts'
import { subjectOf } from '../encoding/subject.ts'
import type { NewEvent } from '../event.ts'
import type { Published } from './group-commit.ts'

/** How many messages of its subject a rollup says that it and those before it have taken away; `undefined` where it doesn't say. */
export const replacedOf = ({ headers }: Pick<StoredMessage, 'headers'>): number | undefined => {
  const values = valuesOf(headers)
  const replaced = typeof values === 'string' ? undefined : values[at.replaced]
  return replaced !== undefined && /^\d{1,15}$/.test(replaced) ? Number(replaced) : undefined
}

/**
 * The same of a rollup that is about to be written. Nearly always one message stands on its subject, which the rollup before it left;
 * what others have put there is counted.
 */
const replacedBy = async (
  jetstream: JetStream,
  stream: string,
  subject: string,
): Promise<Either<BusRefusal, number>> => {
  const found = await jetstream.lastMessage(stream, subject)
  if (E.isLeft(found)) return found
  if (!found.right) return E.right(0)
  const before = replacedOf(found.right)
  if (before !== undefined) return E.right(before + 1)
  let [messages, replaced] = [0, 0]
  for await (const batch of jetstream.read({ stream, from: 1, to: found.right.sequence, subject }))
    for (const message of batch) {
      messages++
      replaced = replacedOf(message) ?? replaced
    }
  return E.right(replaced + messages)
}

type Publish = (events: readonly NewEvent[], as?: readonly PublishedAs[]) => Promise<Published>

/**
 * Publishes events whose rollups say how many messages they take away. They are the only reason for a gap in the log, so that all
 * other gaps are losses. That what was counted still stands there is part of what the event expects.
 */
export const countingRollups =
  (jetstream: JetStream, stream: string, publish: Publish): Publish =>
  async (events, as) => {
    if (!events.some(({ rollup }) => rollup)) return publish(events, as)
    const counted = await Promise.all(
      events.map(async (event, i): Promise<Either<BusRefusal, PublishedAs>> => {
        if (!event.rollup) return E.right(as?.[i] ?? {})
        const replaced = await replacedBy(jetstream, stream, subjectOf(event.ref))
        return E.isLeft(replaced) ? replaced : E.right({ ...as?.[i], replaced: replaced.right })
      }),
    )
    const all = E.sequenceArray(counted)
    return E.isLeft(all) ? { tag: 'Unknown', message: all.left.message } : publish(events, all.right)
  }
