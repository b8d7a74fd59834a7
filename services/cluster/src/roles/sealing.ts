import type { Bus } from '@periplus/bus'
import { jetStreamKeyStore, openEach, sealer, unwrap, withSealing, withoutKeys } from '@periplus/log'
import type { ClusterKeys, EventLog, Keys, KeyStore, Sealer, StoredKey } from '@periplus/log'
import { E, systemClock } from '@periplus/prelude'
import type { SnapshotSource } from '@periplus/projection'
import type { Logger } from '@periplus/service'
import { followedKeptKeys, readClusterKeys } from '../home/cluster-keys.ts'
import type { KeptKey } from '../home/cluster-keys.ts'
import type { Home } from '../home/home.ts'
import { CannotGoOn } from '../home/say.ts'
import { isSealed } from '../home/sealed-resources.ts'
import { replicasOf } from '../home/settings.ts'
import type { Settings } from '../home/settings.ts'
import { followedKeeper } from './kms/followed-keeper.ts'
import { keeperOf, unlockAll } from './kms/key-keeper.ts'
import type { KeyKeeper } from './kms/key-keeper.ts'
import { keepAsConfigured, makeFirstKey } from './kms/kept-keys.ts'
import { unlockedKeys } from './kms/unlocked-keys.ts'
import type { WatchedPlugins } from './kms/watch-plugins.ts'
import type { ProcessTools } from './process-tools.ts'
import { waitUntil } from './start-waits.ts'

/** The stream of the data keys of sealed objects. */
export const keysStream = 'KEYS'

/** What a process is to what is sealed: it makes the keys where there are none, uses those that there are, or has none. */
export type KeyUse = 'makes' | 'uses' | 'none'

/** How a process reads and writes what is sealed. */
export interface Sealing {
  readonly sealer: Sealer
  /** Absent in a process without keys. */
  readonly keys?: KeyStore
  /** Who keeps the cluster's keys for this process, where the operator named somebody. */
  readonly plugins?: Pick<WatchedPlugins, 'fault' | 'expired'>
  /** A log as whoever is in this process sees it. */
  readonly readable: (log: EventLog) => EventLog
  /** Likewise what a projection holds. */
  readonly readableStore: (store: SnapshotSource) => SnapshotSource
}

const sealingWith = (one: Sealer, more: Pick<Sealing, 'keys' | 'plugins'> = {}): Sealing => ({
  sealer: one,
  ...more,
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
const unreadableWith = (keys: Keys, stored: readonly StoredKey[]): readonly StoredKey[] => {
  const samples = new Map(stored.map(one => [one.by, one]))
  return [...samples.values()].filter(one => E.isLeft(unwrap(keys, one.uid, one)))
}

/** A cluster that has lost a key with which something is sealed is not started as if nothing were. */
const assertKeys = (path: string, keys: Keys, stored: readonly StoredKey[], acceptsLoss: boolean): void => {
  const unreadable = unreadableWith(keys, stored)
  if (unreadable.length === 0 || acceptsLoss) return
  const ids = unreadable.map(({ by }) => by).join(', ')
  throw new CannotGoOn(
    `${path} does not have the cluster key ${ids}, without which sealed objects (Secrets) cannot be read: put the file back as it was, or start with PERIPLUS_ACCEPT_LOSS=yes without them`,
  )
}

/** Nobody waits for a keeper whom the operator has not named. */
const assertKeepers = (path: string, kept: readonly KeptKey[], { plugins }: KeyKeeper): void => {
  const known = plugins.map(({ provider }) => provider.name)
  const lacking = kept.flatMap(key => ('kms' in key && !known.includes(key.kms.provider) ? [key.kms.provider] : []))
  if (lacking.length > 0)
    throw new CannotGoOn(
      `${path} is kept by the KMS provider ${lacking.join(', ')}, which the file of PERIPLUS_ENCRYPTION_CONFIG has to name`,
    )
}

/** What opens and who looks on. */
export interface OpenSealing {
  readonly home: Home
  readonly settings: Settings
  readonly use: KeyUse
  /** That the process is to end. */
  readonly told: Promise<void>
  readonly log: Logger
  readonly process: Pick<ProcessTools, 'metrics' | 'onBug' | 'onStop'>
}

/** Throws `CannotGoOn` where what is sealed could not be read. Waits for who keeps the cluster's keys. */
export const openSealing = async (bus: Bus, options: OpenSealing): Promise<Sealing> => {
  const { home, settings, use } = options
  const sealed = isSealed(settings.sealed)
  if (use === 'none') return sealingWith(withoutKeys(sealed))
  const path = home.secretKeys
  const kept = followedKeptKeys(path)
  const keeping = followedKeeper({
    ...{ settings, path, kept, keeps: use === 'makes' },
    process: { ...options.process, logger: options.log },
  })
  const keeper = (): KeyKeeper => keeping().keeper
  const keys = await openKeyStore(bus, settings)
  const file = readClusterKeys(path)
  if (use === 'uses' && file === undefined)
    throw new CannotGoOn(`${path} is not there: this process reads sealed objects, and needs the cluster's keys`)
  assertKeepers(path, file ?? [], keeper())
  const clusterKeys = unlockedKeys(kept, { keeper, clock: systemClock })
  await untilUnlocked(clusterKeys, options)
  if (use === 'makes') {
    assertKeys(path, await clusterKeys(), await everyKey(keys), settings.acceptLoss === 'yes')
    if (file === undefined) await makeFirstKey(path, keeper, options)
    else await keepAsConfigured(path, keeper, options)
    await untilUnlocked(clusterKeys, options)
  }
  if (settings.encryptionConfig === undefined) return sealingWith(sealer({ sealed, keys, clusterKeys }), { keys })
  keeping().watched()
  const fault = (): string | undefined => keeping().watched().fault()
  const expired = (): string | undefined => keeping().watched().expired()
  return sealingWith(sealer({ sealed, keys, clusterKeys, expired }), { keys, plugins: { fault, expired } })
}

/** For the time of one command, which reads what there is. Throws `CannotGoOn` where the cluster's keys are not to be had now. */
export const openForReading = async (
  bus: Bus,
  { home, settings }: { readonly home: Home; readonly settings: Settings },
): Promise<Sealing> => {
  const sealed = isSealed(settings.sealed)
  const file = readClusterKeys(home.secretKeys)
  if (file === undefined) return sealingWith(withoutKeys(sealed))
  const keeper = keeperOf(settings)
  const unlocked = await unlockAll(keeper, file)
  keeper.close()
  if (E.isLeft(unlocked)) throw new CannotGoOn(unlocked.left)
  return sealingWith(sealer({ sealed, keys: await openKeyStore(bus, settings), clusterKeys: () => unlocked.right }))
}

const untilUnlocked = async (keys: ClusterKeys, { told, log }: Pick<OpenSealing, 'told' | 'log'>): Promise<void> => {
  let locked: readonly string[] = []
  const isUnlocked = async (): Promise<boolean> => {
    locked = (await keys()).flatMap(key => ('locked' in key ? [key.locked] : []))
    return locked.length === 0
  }
  await waitUntil(isUnlocked, { what: () => locked[0] ?? "an answer of who keeps the cluster's key", told, log })
}
