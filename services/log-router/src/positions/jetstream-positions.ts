import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { lastReadable } from '@periplus/bus'
import type { Bus, BusRefusal, StoredMessage } from '@periplus/bus'
import type { PositionRefusal, SinkPosition, SinkPositions } from './positions.ts'

const stream = 'LOG_SINKS'
/** The server's word for a lost compare-and-set. */
const wrongLastSequence = 10_071

const subjectOf = (uid: string): string => `log-sinks.${uid.replace(/[^A-Za-z0-9-]/g, '_')}`

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

/** `undefined` for what is no position; a sink that has none begins as a new one. */
const positionIn = ({ data }: StoredMessage): SinkPosition | undefined => {
  try {
    const value = JSON.parse(Buffer.from(data).toString()) as Partial<SinkPosition>
    const { position, delivered, dropped, router } = value
    if (!isCount(position) || !isCount(delivered) || !isCount(dropped)) return undefined
    return { position, delivered, dropped, router: String(router) }
  } catch {
    return undefined
  }
}

const unavailable = (message: string): Either<PositionRefusal, never> => E.left({ tag: 'Unavailable', message })

/** Positions on a stream of their own that keeps one message a sink. Makes the stream where there is none. */
export const jetStreamPositions = async ({ jetstream }: Bus): Promise<Either<BusRefusal, SinkPositions>> => {
  const ensured = await jetstream.ensure({
    ...{ name: stream, subjects: ['log-sinks.*'], replicas: 1, maxAgeMilliseconds: 0, maxBytes: -1 },
    ...{ duplicateWindowMilliseconds: 120_000, rollup: true, denyDelete: false, durability: 'synced' },
  })
  if (E.isLeft(ensured)) return ensured
  return E.right({
    load: async uid => {
      const found = await lastReadable(jetstream, stream, subjectOf(uid), positionIn)
      if (E.isLeft(found)) return unavailable(found.left.message)
      return E.right({ revision: found.right.revision, value: found.right.value })
    },
    save: async (uid, value, revision) => {
      const answer = await jetstream.publish({
        subject: subjectOf(uid),
        headers: [
          ['Nats-Rollup', 'sub'],
          ['Nats-Expected-Last-Subject-Sequence', String(revision)],
        ],
        data: Buffer.from(JSON.stringify(value)),
      })
      if (answer.tag === 'Stored') return E.right(answer.sequence)
      if (answer.tag === 'Refused' && answer.code === wrongLastSequence) return E.left({ tag: 'Taken' })
      return unavailable(answer.message)
    },
    forget: async uid => {
      await jetstream.purge(stream, { subject: subjectOf(uid), upTo: Number.MAX_SAFE_INTEGER })
    },
  })
}
