import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import type { JetStreamManager, StreamConfig, StreamInfo } from '@nats-io/jetstream'
import type { BusRefusal } from '../refusal.ts'
import { asked } from './api-requests.ts'
import type { StreamCopies, StreamSettings, StreamState } from './jetstream.ts'

const nanoseconds = 1_000_000

/** Newer than the client's types. */
type Known = StreamConfig & { readonly persist_mode?: string }

/** Each process reads with a consumer of its own, and a cluster has as many as nodes. Of a stream that names no number (-1), NATS 2.15 allows 1,000. */
const mostConsumers = 1_000_000

/**
 * What must hold, and is compared with what the server says of itself. A stream of more replicas than are asked for keeps them: who
 * opens it to read does not know how many its operator wanted.
 */
const required = (settings: StreamSettings, found?: StreamConfig) => ({
  subjects: [...settings.subjects],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  num_replicas: Math.max(settings.replicas, found?.num_replicas ?? 0),
  max_age:
    settings.maxAgeMilliseconds === undefined ? (found?.max_age ?? 0) : settings.maxAgeMilliseconds * nanoseconds,
  max_bytes: settings.maxBytes,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  max_msg_size: -1,
  // One that was made without a number keeps none, as not everybody who opens it may change it.
  max_consumers: settings.maxConsumers ?? (found?.max_consumers === -1 ? -1 : mostConsumers),
  no_ack: false,
  allow_msg_ttl: false,
  duplicate_window: settings.duplicateWindowMilliseconds * nanoseconds,
  allow_rollup_hdrs: settings.rollup,
  deny_delete: settings.denyDelete,
  ...(settings.durability === 'synced' ? { allow_atomic: true } : {}),
  ...(settings.republish === undefined
    ? {}
    : { republish: { src: settings.republish.source, dest: settings.republish.destination } }),
})

/** The server leaves out what is not set. */
const text = (value: unknown): string => JSON.stringify(value ?? false)

const differences = (wanted: ReturnType<typeof required>, found: StreamConfig): readonly string[] =>
  Object.entries(wanted)
    .map(([key, value]) => [key, text(found[key as keyof StreamConfig]), text(value)] as const)
    .filter(([, is, wants]) => is !== wants)
    .map(([key, is, wants]) => `${key} is ${is}, not ${wants}`)

/** Chosen when a stream is created: what is acknowledged may be lost, and no update changes that. */
const isUnsynced = ({ durability }: StreamSettings, found: Known): boolean =>
  durability === 'synced' && found.persist_mode === 'async'

const rejected = (name: string, wrong: readonly string[]): Either<BusRefusal, never> =>
  E.left({ tag: 'Rejected', message: `stream ${name}: ${wrong.join(', ')}` })

export const stateOf = ({ config, state }: StreamInfo): StreamState => ({
  firstSequence: state.messages === 0 && state.last_seq === 0 ? 0 : state.first_seq,
  lastSequence: state.last_seq,
  messages: state.messages,
  bytes: state.bytes,
  metadata: config.metadata ?? {},
})

/** A server that is alone says nothing of others. */
export const copiesOf = ({ config, cluster }: StreamInfo): StreamCopies => ({
  wanted: config.num_replicas,
  ...(cluster?.leader ? { leader: cluster.leader } : {}),
  others: (cluster?.replicas ?? []).map(({ name, current, offline = false, lag = 0 }) => ({
    name,
    current: current && !offline,
    offline,
    lag,
  })),
})

const findStream = async (manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> => {
  try {
    return await manager.streams.info(name)
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined
    throw error
  }
}

/** The server's own refusal says what, and not of which stream. */
const rejectedAs = (name: string, refusal: BusRefusal): Either<BusRefusal, never> =>
  refusal.tag === 'Rejected' ? rejected(name, [refusal.message]) : E.left(refusal)

/** Creates or adjusts; see `JetStream.ensure`. */
export const ensureStream = async (
  manager: JetStreamManager,
  settings: StreamSettings,
): Promise<Either<BusRefusal, StreamState>> => {
  const { name, durability, metadata } = settings
  const existing = await asked(() => findStream(manager, name))
  if (E.isLeft(existing)) return existing
  const found = existing.right
  if (!found && settings.madeElsewhere) return E.left({ tag: 'Unavailable', message: `there is no stream ${name} yet` })
  if (found && isUnsynced(settings, found.config))
    return rejected(name, [
      'persist_mode is "async", so that what is acknowledged may be lost, and it cannot be changed',
    ])
  const wanted = required(settings, found?.config)
  const configured = await asked(async () => {
    if (found && differences(wanted, found.config).length === 0) return found
    if (found) return manager.streams.update(name, { ...found.config, ...wanted })
    const first = settings.firstSequence === undefined ? {} : { first_seq: settings.firstSequence }
    const created = { ...wanted, ...first, name, metadata: { ...metadata } }
    // The server has atomic batches or this, and this for a stream that one server keeps.
    const isAsync = durability === 'eventual' && wanted.num_replicas === 1
    return manager.streams.add(isAsync ? ({ ...created, persist_mode: 'async' } as Known) : created)
  })
  if (E.isLeft(configured)) return rejectedAs(name, configured.left)
  const wrong = differences(wanted, configured.right.config)
  return wrong.length === 0 ? E.right(stateOf(configured.right)) : rejected(name, wrong)
}
