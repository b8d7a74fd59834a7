import { E, keyBytes } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ClusterKey } from '@periplus/log'
import type { KeptKey, KmsWrapping } from '../../home/cluster-keys.ts'
import { kmsPlugin } from './kms-plugin.ts'
import type { KmsPlugin } from './kms-plugin.ts'
import { configurationIn } from '../configuration-file.ts'
import type { Settings } from '../../home/settings.ts'
import { readEncryption } from './read-encryption.ts'
import type { KeyProvider } from './read-encryption.ts'

/** Makes of the cluster's keys what lies in their file, and keys of that again. Left: why not, in words without a key. */
export interface KeyKeeper {
  /** Who is asked, in the configuration's order. */
  readonly plugins: readonly KmsPlugin[]
  /** Who keeps keys that are made now; absent: nobody, they lie in the file as they are. */
  readonly first: KmsPlugin | undefined
  unlock(kept: KeptKey): Promise<Either<string, ClusterKey>>
  /** As the first of the providers keeps it. */
  keep(key: ClusterKey): Promise<Either<string, KeptKey>>
  close(): void
}

/** Keepers of keys as a configuration names them; without one, keys lie in their file as they are. */
export const keyKeeper = (providers: readonly KeyProvider[] = []): KeyKeeper => {
  const made = providers.map(provider => (provider.tag === 'Kms' ? kmsPlugin(provider.kms) : undefined))
  const plugins = made.filter(plugin => plugin !== undefined)
  const [first] = made
  return {
    plugins,
    first,
    unlock: async kept => {
      if ('key' in kept) return E.right(kept)
      const { id, kms } = kept
      const key = await decrypted(plugins, kms)
      return E.isLeft(key) ? E.left(`the cluster key ${id}: ${key.left}`) : E.right({ id, key: key.right })
    },
    keep: async key => {
      if (!first) return E.right(key)
      const kms = await first.encrypt(key.key)
      return E.isLeft(kms) ? kms : E.right({ id: key.id, kms: kms.right })
    },
    close: () => plugins.forEach(plugin => plugin.close()),
  }
}

/** The keepers in the operator's file. Throws `CannotGoOn` for a file that cannot be used. */
export const keeperOf = ({ encryptionConfig, sealed }: Pick<Settings, 'encryptionConfig' | 'sealed'>): KeyKeeper =>
  keyKeeper(encryptionConfig === undefined ? [] : configurationIn(encryptionConfig, readEncryption(sealed)))

const decrypted = async (plugins: readonly KmsPlugin[], kms: KmsWrapping): Promise<Either<string, Buffer>> => {
  const plugin = plugins.find(({ provider }) => provider.name === kms.provider)
  if (!plugin)
    return E.left(
      `it is kept by the KMS provider ${kms.provider}, which the file of PERIPLUS_ENCRYPTION_CONFIG has to name`,
    )
  const key = await plugin.decrypt(kms)
  if (E.isLeft(key)) return E.left(`KMS provider ${kms.provider} at ${plugin.provider.socket}: ${key.left}`)
  return key.right.length === keyBytes
    ? key
    : E.left(`KMS provider ${kms.provider} gave ${key.right.length} bytes for a key of ${keyBytes}`)
}

/** All or none. */
export const unlockAll = async (
  keeper: KeyKeeper,
  kept: readonly KeptKey[],
): Promise<Either<string, readonly ClusterKey[]>> =>
  E.sequenceArray(await Promise.all(kept.map(key => keeper.unlock(key))))

/** Likewise the other way. */
export const keepAll = async (
  keeper: KeyKeeper,
  keys: readonly ClusterKey[],
): Promise<Either<string, readonly KeptKey[]>> => E.sequenceArray(await Promise.all(keys.map(key => keeper.keep(key))))
