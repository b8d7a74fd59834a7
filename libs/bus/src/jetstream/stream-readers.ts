import { AckPolicy, DeliverPolicy, JetStreamApiError } from '@nats-io/jetstream'
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream'
import { asked, removed } from './api-requests.ts'
import type { JetStream, StreamReader, StreamReaderState } from './jetstream.ts'

const second = 1_000_000_000
/** The server's number for a consumer that is there and differs. */
const consumerExists = 10148

/** What one reader may have the server hold and look for. */
const bounds = {
  max_ack_pending: 4_096,
  max_waiting: 8,
  max_batch: 1_000,
  max_bytes: 8 * 1024 * 1024,
  max_expires: 60 * second,
  ack_wait: 60 * second,
}

const settingsOf = ({ name, subjects }: StreamReader) => ({
  ...bounds,
  durable_name: name,
  ack_policy: AckPolicy.All,
  deliver_policy: DeliverPolicy.All,
  filter_subjects: [...subjects],
})

const stateOf = ({ num_pending, num_ack_pending, ack_floor, delivered }: ConsumerInfo): StreamReaderState => ({
  pending: num_pending,
  unacknowledged: num_ack_pending,
  place: ack_floor.stream_seq,
  // A text, whatever the client's types say.
  ...(delivered.last_active === undefined ? {} : { lastSent: Date.parse(String(delivered.last_active)) }),
})

/** Readers from outside; see `JetStream.ensureReader`. */
export const streamReaders = ({
  consumers,
}: JetStreamManager): Pick<JetStream, 'ensureReader' | 'readers' | 'removeReader'> => ({
  ensureReader: (stream, reader) =>
    asked(async () => {
      try {
        await consumers.add(stream, settingsOf(reader))
      } catch (error) {
        // With other subjects or bounds, such as an earlier version's. Its place stays.
        if (!(error instanceof JetStreamApiError && error.code === consumerExists)) throw error
        await consumers.update(stream, reader.name, settingsOf(reader))
      }
    }),
  readers: stream =>
    asked(async () => {
      const found = new Map<string, StreamReaderState>()
      for await (const info of consumers.list(stream))
        if (info.config.durable_name !== undefined) found.set(info.config.durable_name, stateOf(info))
      return found
    }),
  removeReader: (stream, name) => removed(() => consumers.delete(stream, name)),
})
