import type { Bus } from '@periplus/bus'
import { jetStreamKeyStore, openEach, sealer, unwrap, withSealing, withoutKeys } from '@periplus/log'
import type { ClusterKey, EventLog, KeyStore, Sealer, StoredKey } from '@periplus/log'
import { E } from '@periplus/prelude'
import type { SnapshotSource } from '@periplus/projection'
import { followedClusterKeys, makeClusterKeys, readClusterKeys } from '../home/cluster-keys.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import { isSealed } from '../home/sealed-resources.ts'
import { replicasOf } from '../home/settings.ts'
import type { Settings } from '../home/settings.ts'

/** The stream of the data keys of sealed objects. */
export const keysStream = 'KEYS'

/** What a process is to what is sealed: it makes the keys where there are none, uses those that there are, or has none. */
export type KeyUse = 'makes' | 'uses' | 'none'

/** How a process reads and writes what is sealed. */
export interface Sealing {
  readonly sealer: Sealer
  /** Absent in a process without keys. */
  readonly keys?: KeyStore
  /** A log as whoever is in this process sees it. */
  readonly readable: (log: EventLog) => EventLog
  /** Likewise what a projection holds. */
  readonly readableStore: (store: SnapshotSource) => SnapshotSource
}

const sealingWith = (one: Sealer, keys?: KeyStore): Sealing => ({
  sealer: one,
  ...(keys ? { keys } : {}),
  readable: log => withSealing(log, one),
  readableStore: store => ({
    snapshot: async () => {
      const found = await store.snapshot()
      return found && { ...found, events: openEach(one, found.events) }
    },
    clear: () => store.clear(),
  }),
})

export const openKeyStore = async (bus: Bus, settings: Pick<Settings, 'natsReplicas'>): Promise<KeyStore> => {
  const store = await jetStreamKeyStore(bus, { stream: keysStream, replicas: replicasOf(settings) })
  if (E.isLeft(store)) throw new CannotGoOn(`the keys of sealed objects cannot be opened: ${store.left.message}`)
  return store.right
}

export const everyKey = async (store: KeyStore): Promise<readonly StoredKey[]> => {
  const all = await store.all()
  if (E.isLeft(all)) throw new CannotGoOn(`the keys of sealed objects cannot be read: ${all.left.message}`)
  return all.right
}

/** One object for each cluster key that is needed and is not among these, or is another one. */
const unreadableWith = (keys: readonly ClusterKey[], stored: readonly StoredKey[]): readonly StoredKey[] => {
  const samples = new Map(stored.map(one => [one.by, one]))
  return [...samples.values()].filter(one => E.isLeft(unwrap(keys, one.uid, one)))
}

/**
 * The cluster's keys are there, and read what is sealed. A cluster that has nothing sealed yet gets its first key; one that has, and has
 * lost the key, is not started as if nothing were.
 */
const assertKeys = (path: string, stored: readonly StoredKey[], acceptsLoss: boolean): void => {
  const keys = readClusterKeys(path)
  const unreadable = unreadableWith(keys ?? [], stored)
  if (unreadable.length > 0 && !acceptsLoss) {
    const ids = unreadable.map(({ by }) => by).join(', ')
    throw new CannotGoOn(
      `${path} does not have the cluster key ${ids}, without which sealed objects (Secrets) cannot be read: put the file back as it was, or start with PERIPLUS_ACCEPT_LOSS=yes without them`,
    )
  }
  if (keys === undefined) makeClusterKeys(path)
}

/** Throws `CannotGoOn` where what is sealed could not be read. */
export const openSealing = async (
  bus: Bus,
  { home, settings, use }: { readonly home: Home; readonly settings: Settings; readonly use: KeyUse },
): Promise<Sealing> => {
  const sealed = isSealed(settings.sealed)
  if (use === 'none') return sealingWith(withoutKeys(sealed))
  const path = home.secretKeys
  const keys = await openKeyStore(bus, settings)
  if (use === 'makes') assertKeys(path, await everyKey(keys), settings.acceptLoss === 'yes')
  else if (readClusterKeys(path) === undefined)
    throw new CannotGoOn(`${path} is not there: this process reads sealed objects, and needs the cluster's keys`)
  return sealingWith(sealer({ sealed, keys, clusterKeys: followedClusterKeys(path) }), keys)
}
