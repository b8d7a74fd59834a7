import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { BusRefusal, JetStream, StoredMessage } from '@periplus/bus'
import type { PublishedAs } from '../encoding/cloud-event.ts'
import { at, valuesOf } from '../encoding/header-values.ts'
import { subjectOf } from '../encoding/subject.ts'
import type { NewEvent, Sequence } from '../event.ts'
import type { Publish } from './group-commit.ts'

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

/** What this process wrote last on a rollup's subject. */
interface Written {
  readonly sequence: Sequence
  readonly replaced: number
}

/** Subjects that are remembered, those that were written last: a heartbeat of one that is not costs a question. */
const mostRemembered = 20_000

const remembering = () => {
  const written = new Map<string, Written>()
  return {
    /** What a rollup replaces that is to follow `last`; `undefined` where only the server knows. The server checks that `last` is what stands there. */
    after: (subject: string, last: Sequence): number | undefined => {
      if (last === 0) return 0
      const known = written.get(subject)
      return known?.sequence === last ? known.replaced + 1 : undefined
    },
    put: (subject: string, one: Written | undefined): void => {
      written.delete(subject)
      if (!one) return
      written.set(subject, one)
      for (const oldest of written.keys())
        if (written.size > mostRemembered) written.delete(oldest)
        else break
    },
  }
}

/**
 * Publishes events whose rollups say how many messages they take away. They are the only reason for a gap in the log, so that all
 * other gaps are losses. That what was counted still stands there is part of what the event expects: so whoever wrote the last one, as a
 * node does with its heartbeats, need not ask what stood there.
 */
export const countingRollups = (jetstream: JetStream, stream: string, publish: Publish): Publish => {
  const memory = remembering()
  const counted = async (event: NewEvent, as: PublishedAs | undefined): Promise<Either<BusRefusal, PublishedAs>> => {
    if (!event.rollup) return E.right(as ?? {})
    const subject = subjectOf(event.ref)
    const known = memory.after(subject, as?.lastOnSubject ?? event.expected)
    const replaced = known === undefined ? await replacedBy(jetstream, stream, subject) : E.right(known)
    return E.isLeft(replaced) ? replaced : E.right({ ...as, replaced: replaced.right })
  }
  return async (events, as) => {
    if (!events.some(({ rollup }) => rollup)) return publish(events, as)
    const all = E.sequenceArray(await Promise.all(events.map((event, i) => counted(event, as?.[i]))))
    if (E.isLeft(all)) return { tag: 'Unknown', message: all.left.message }
    const answer = await publish(events, all.right)
    for (const [i, { ref, rollup }] of events.entries()) {
      if (!rollup) continue
      const stored = answer.tag === 'Stored' ? { sequence: answer.sequence - (events.length - 1 - i) } : undefined
      memory.put(subjectOf(ref), stored && { ...stored, replaced: all.right[i]?.replaced ?? 0 })
    }
    return answer
  }
}
