import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { DiscardPolicy, JetStreamApiError, RetentionPolicy, StorageType } from '@nats-io/jetstream'
import type { JetStreamManager, StreamConfig, StreamInfo } from '@nats-io/jetstream'
import type { BusRefusal } from '../refusal.ts'
import { asked } from './api-requests.ts'
import type { StreamSettings, StreamState } from './jetstream.ts'

const nanoseconds = 1_000_000

/** Newer than the client's types. */
type Known = StreamConfig & { readonly allow_atomic?: boolean; readonly persist_mode?: 'async' }

/** What must hold, and is compared with what the server says of itself. */
const required = (settings: StreamSettings) => ({
  subjects: [...settings.subjects],
  retention: RetentionPolicy.Limits,
  storage: StorageType.File,
  discard: DiscardPolicy.Old,
  num_replicas: settings.replicas,
  max_age: settings.maxAgeMilliseconds * nanoseconds,
  max_bytes: settings.maxBytes,
  max_msgs: -1,
  max_msgs_per_subject: -1,
  duplicate_window: settings.duplicateWindowMilliseconds * nanoseconds,
  allow_rollup_hdrs: settings.rollup,
  deny_delete: settings.denyDelete,
})

const differences = (wanted: ReturnType<typeof required>, found: StreamConfig): readonly string[] =>
  Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(found[key as keyof StreamConfig]) !== JSON.stringify(value))
    .map(
      ([key, value]) => `${key} is ${JSON.stringify(found[key as keyof StreamConfig])}, not ${JSON.stringify(value)}`,
    )

export const stateOf = ({ config, state }: StreamInfo): StreamState => ({
  firstSequence: state.messages === 0 && state.last_seq === 0 ? 0 : state.first_seq,
  lastSequence: state.last_seq,
  messages: state.messages,
  bytes: state.bytes,
  metadata: config.metadata ?? {},
  atomicBatches: (config as Known).allow_atomic === true,
})

const findStream = async (manager: JetStreamManager, name: string): Promise<StreamInfo | undefined> => {
  try {
    return await manager.streams.info(name)
  } catch (error) {
    if (error instanceof JetStreamApiError && error.status === 404) return undefined
    throw error
  }
}

/** Creates or adjusts; see `JetStream.ensure`. */
export const ensureStream = async (
  manager: JetStreamManager,
  settings: StreamSettings,
): Promise<Either<BusRefusal, StreamState>> => {
  const wanted = required(settings)
  const configured = await asked(async () => {
    const found = await findStream(manager, settings.name)
    if (found && differences(wanted, found.config).length === 0) return found
    if (found) return manager.streams.update(settings.name, { ...found.config, ...wanted })
    const synced = settings.durability === 'synced'
    const created = {
      ...wanted,
      name: settings.name,
      metadata: { ...settings.metadata },
      // The server has one or the other.
      ...(synced ? { allow_atomic: true } : { persist_mode: 'async' }),
    }
    return manager.streams.add(created as Partial<Known> & { name: string })
  })
  if (E.isLeft(configured)) return configured
  const wrong = differences(wanted, configured.right.config)
  return wrong.length === 0
    ? E.right(stateOf(configured.right))
    : E.left({ tag: 'Rejected', message: `stream ${settings.name}: ${wrong.join(', ')}` })
}
