import { randomUUID } from 'node:crypto'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, BusRefusal, StoredMessage } from '@periplus/bus'
import { recordQueue } from './record-queue.ts'
import type { RecordStream, StoredRecord } from './record-stream.ts'

/** Which stream, over which connection. */
export interface JetStreamRecordStreamConfig {
  /** The stream's name, such as `DECISIONS`; its subjects are the same in lower case and what follows. */
  readonly stream: string
  readonly replicas?: 1 | 3
  /** Bytes over which the oldest records go; default 1 GiB. */
  readonly maxBytes?: number
  /** Milliseconds after which records go; 0: never. Default: as the stream has it, a new one never. */
  readonly maxAgeMilliseconds?: number
  /** Bytes that are kept in this process while the server is slow or gone; default 16 MiB. */
  readonly bufferBytes?: number
}

/**
 * Records on a JetStream stream, which is created where it isn't there yet. Not synced to disk one by one:
 * a machine that goes down takes the last moments' records with it, and the log's writes don't wait for them.
 */
export const jetStreamRecordStream = async (
  bus: Bus,
  config: JetStreamRecordStreamConfig,
): Promise<Either<BusRefusal, RecordStream>> => {
  const { stream, replicas = 1, maxBytes = 1024 ** 3, maxAgeMilliseconds, bufferBytes = 16 * 1024 * 1024 } = config
  const prefix = `${stream.toLowerCase()}.`
  const { jetstream } = bus
  const made = await jetstream.ensure({
    name: stream,
    subjects: [`${prefix}>`],
    replicas,
    ...(maxAgeMilliseconds === undefined ? {} : { maxAgeMilliseconds }),
    maxBytes,
    duplicateWindowMilliseconds: Math.min(120_000, maxAgeMilliseconds || Infinity),
    rollup: false,
    denyDelete: false,
    durability: replicas === 1 ? 'eventual' : 'synced',
  })
  if (E.isLeft(made)) return made

  const writer = randomUUID()
  const queue = recordQueue({
    bufferBytes,
    send: ({ subject, bytes, number }) =>
      jetstream.publish({ subject: prefix + subject, headers: [['Nats-Msg-Id', `${writer}-${number}`]], data: bytes }),
    whenConnected: () => bus.whenConnected(),
  })
  const record = ({ sequence, time, subject, data }: StoredMessage): StoredRecord => ({
    sequence,
    time,
    subject: subject.slice(prefix.length),
    bytes: data,
  })
  async function* read(request: Parameters<typeof jetstream.read>[0]): AsyncGenerator<readonly StoredRecord[]> {
    for await (const messages of jetstream.read(request)) yield messages.map(record)
  }
  const filter = (subject: string | undefined) =>
    subject === undefined || subject === '>' ? {} : { subject: prefix + subject }

  return E.right({
    get dropped() {
      return queue.dropped
    },
    append: queue.put,
    flush: queue.flush,
    last: async () => {
      const state = await jetstream.state(stream)
      return E.isLeft(state)
        ? E.left({ tag: 'Unavailable', message: state.left.message })
        : E.right(state.right.lastSequence)
    },
    range: ({ from = 1, to = Number.MAX_SAFE_INTEGER, since, subject, signal }) =>
      read({
        ...{ stream, from, to, ...filter(subject) },
        ...(since === undefined ? {} : { since }),
        ...(signal ? { signal } : {}),
      }),
    follow: ({ from = 1, subject, signal }) => read({ stream, from, signal, ...filter(subject) }),
  })
}
