import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, StoredMessage } from '@periplus/bus'
import { batchOf, expiredBefore } from '../batches.ts'
import type { LogStream, LogStreamRefusal } from '../log-stream.ts'
import { runKey } from '../record.ts'
import { logSubject, logsStream, scopeSubject } from '../subject.ts'

const refused = ({ tag, message }: BusRefusal): Either<LogStreamRefusal, never> =>
  E.left({ tag: tag === 'Rejected' ? 'Rejected' : 'Unavailable', message })

const notAScope: Either<LogStreamRefusal, never> = E.left({ tag: 'Rejected', message: 'a scope of no names' })

const storedFrame = ({ sequence, time, subject, data }: StoredMessage) => ({
  ...{ position: sequence, storedAt: time, subject },
  bytes: data,
})

/** The stream on NATS; `ensureLogStream` makes it, which not everybody who writes to it may. */
export const jetStreamLogStream = ({ jetstream }: Bus, stream: string = logsStream): LogStream => ({
  append: async ({ run, from, to, bytes }) => {
    const subject = logSubject(run)
    // With its end: a frame from the same number on that has more lines is another one.
    const id = `${runKey(run)}/${from}-${to}/${bytes.length}`
    const answer = await jetstream.publish({ subject, headers: [['Nats-Msg-Id', id]], data: bytes })
    if (answer.tag === 'Stored') return E.right(answer.sequence)
    return E.left({ tag: answer.tag === 'Refused' ? 'Rejected' : 'Unavailable', message: answer.message })
  },
  bounds: async () => {
    const state = await jetstream.state(stream)
    if (E.isLeft(state)) return refused(state.left)
    const { firstSequence, lastSequence, messages, bytes } = state.right
    return E.right({ first: messages > 0 ? firstSequence : lastSequence + 1, last: lastSequence, bytes })
  },
  expire: async (scope, upTo) => {
    const subject = scopeSubject(scope)
    if (subject === undefined) return notAScope
    const purged = await jetstream.purge(stream, { subject, upTo })
    return E.isLeft(purged) ? refused(purged.left) : purged
  },
  async *sizes({ from = 1, since, scope = {}, signal }) {
    const subject = scopeSubject(scope)
    const state = await jetstream.state(stream)
    if (subject === undefined || E.isLeft(state)) return
    const request = {
      ...{ stream, from, subject, to: state.right.lastSequence },
      ...(since === undefined ? {} : { since }),
      ...(signal === undefined ? {} : { signal }),
    }
    for await (const messages of jetstream.read(request))
      yield messages.map(({ sequence, data }) => ({ position: sequence, bytes: data.length }))
  },
  async *read({ from = 1, since, to, scope = {}, follow = false, signal }) {
    const subject = scopeSubject(scope)
    if (subject === undefined) return
    const told = batchOf(from === 1 && since === undefined)
    const state = await jetstream.state(stream)
    if (E.isRight(state)) {
      const { firstSequence } = state.right
      if (since === undefined && from > 1 && from < firstSequence) yield expiredBefore(firstSequence, Date.now())
    }
    const last = E.isRight(state) ? state.right.lastSequence : Number.MAX_SAFE_INTEGER
    const end = follow ? to : Math.min(to ?? last, last)
    const request = {
      ...{ stream, from, subject },
      ...(since === undefined ? {} : { since }),
      ...(end === undefined ? {} : { to: end }),
      ...(signal === undefined ? {} : { signal }),
    }
    for await (const messages of jetstream.read(request)) for (const one of messages) yield told(storedFrame(one))
  },
})
