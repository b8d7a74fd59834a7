import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from 'nats'
import type { BusRefusal } from '../refusal.ts'
import type { Wire, WireListener } from '../wire/wire.ts'
import { asked, removed } from './api-requests.ts'
import { offerReading, openSession } from './consumer-session.ts'
import type { JetStream } from './jetstream.ts'
import { publisher } from './publisher.ts'
import { streamReaders } from './stream-readers.ts'
import { readStream } from './read-stream.ts'
import type { ReadStreamDependencies } from './read-stream.ts'
import { fetchedMessage } from './stored-message.ts'
import type { StoredMessage } from './stored-message.ts'
import { copiesOf, ensureStream, stateOf } from './stream-settings.ts'

const apiTimeout = 5_000
const noMessageFound = 10037

interface FetchAnswer {
  readonly message?: Parameters<typeof fetchedMessage>[0]
  readonly error?: { readonly err_code?: number; readonly code: number; readonly description: string }
}

/** JetStream over one connection of the client library. */
export const connectedJetStream = async (
  connection: NatsConnection,
  openWire: (inbox: string, listener: WireListener) => Promise<Wire>,
  inbox: () => string,
  status: Pick<ReadStreamDependencies, 'whenConnected' | 'onDisconnect'> & { readonly connected: () => boolean },
): Promise<JetStream> => {
  const manager = await jetstreamManager(connection, { timeout: apiTimeout, checkAPI: false })
  const publishing = publisher(connection, inbox())
  status.onDisconnect(() => publishing.disconnected())

  const fetch = async (stream: string, query: object): Promise<Either<BusRefusal, StoredMessage | undefined>> => {
    if (!status.connected()) return E.left({ tag: 'Unavailable', message: 'not connected to NATS' })
    const fetched = await asked(async () => {
      const answer = await connection.request(`$JS.API.STREAM.MSG.GET.${stream}`, JSON.stringify(query), {
        timeout: apiTimeout,
      })
      return answer.json<FetchAnswer>()
    })
    if (E.isLeft(fetched)) return fetched
    const { message, error } = fetched.right
    if (message) return E.right(fetchedMessage(message))
    if (error?.err_code === noMessageFound) return E.right(undefined)
    const description = error?.description ?? 'an answer without a message'
    return E.left({ tag: error?.code === 503 ? 'Unavailable' : 'Rejected', message: description })
  }

  const lastMessage: JetStream['lastMessage'] = (stream, subject) => fetch(stream, { last_by_subj: subject })
  const nextMessage: JetStream['nextMessage'] = (stream, subject, from) =>
    fetch(stream, { next_by_subj: subject, seq: from })
  const reading: ReadStreamDependencies = {
    ...{ whenConnected: status.whenConnected, onDisconnect: status.onDisconnect, lastMessage, nextMessage },
    open: one => openSession(openWire, manager, inbox(), one),
    lastSequence: async stream => (await manager.streams.info(stream)).state.last_seq,
  }

  return {
    ensure: settings => ensureStream(manager, settings),
    names: () =>
      asked(async () => {
        const names: string[] = []
        for await (const name of manager.streams.names()) names.push(name)
        return names
      }),
    state: async stream => {
      if (!status.connected()) return E.left({ tag: 'Unavailable', message: 'not connected to NATS' })
      const info = await asked(() => manager.streams.info(stream))
      return E.isLeft(info) ? info : E.right(stateOf(info.right))
    },
    copies: async stream => {
      const info = await asked(() => manager.streams.info(stream))
      return E.isLeft(info) ? info : E.right(copiesOf(info.right))
    },
    annotate: (stream, metadata) =>
      asked(async () => {
        const { config } = await manager.streams.info(stream)
        await manager.streams.update(stream, { ...config, metadata: { ...config.metadata, ...metadata } })
      }),
    ...streamReaders(manager),
    offer: (stream, offer) => asked(() => offerReading(manager, stream, offer)),
    remove: stream => removed(() => manager.streams.delete(stream)),
    purge: (stream, { subject, upTo }) =>
      asked(async () => (await manager.streams.purge(stream, { filter: subject, seq: upTo + 1 })).purged),
    erase: async (stream, sequence) => {
      const there = await fetch(stream, { seq: sequence })
      if (E.isLeft(there) || !there.right) return E.isLeft(there) ? there : E.right(undefined)
      return asked(async () => void (await manager.streams.deleteMessage(stream, sequence, true)))
    },
    message: (stream, sequence) => fetch(stream, { seq: sequence }),
    lastMessage,
    nextMessage,
    publish: async (publication, timeoutMilliseconds = apiTimeout) =>
      status.connected()
        ? publishing.publish(publication, timeoutMilliseconds)
        : { tag: 'Unknown', message: 'not connected to NATS' },
    publishBatch: async (publications, timeoutMilliseconds = apiTimeout) =>
      status.connected()
        ? publishing.publishBatch(publications, timeoutMilliseconds)
        : { tag: 'Unknown', message: 'not connected to NATS' },
    read: request => readStream(reading, request),
  }
}
