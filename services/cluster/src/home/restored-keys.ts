import { E } from '@periplus/prelude'
import { unwrap } from '@periplus/log'
import type { BackupAbout, StoredKey, WrappedKey } from '@periplus/log'
import { readClusterKeys, writeClusterKeys } from './cluster-keys.ts'
import type { KeptKey } from './cluster-keys.ts'
import type { Home } from './home.ts'
import { CannotGoOn } from './say.ts'

/** A data key as a backup has it: wrapped, and of no use without the cluster's key, which is not in it. */
export type BackedUpKey = WrappedKey & Pick<StoredKey, 'uid'>

/** What a backup has besides: the keys of what is sealed in it. */
export const backedUpKeys = (stored: readonly StoredKey[]): { readonly keys: readonly BackedUpKey[] } => ({
  keys: stored.map(({ uid, by, key }) => ({ uid, by, key })),
})

const isKey = (value: unknown): value is BackedUpKey => {
  const { uid, by, key } = (value ?? {}) as Partial<BackedUpKey>
  return [uid, by, key].every(text => typeof text === 'string')
}

export const keysOfBackup = ({ keys = [] }: BackupAbout['about']): readonly BackedUpKey[] => {
  if (Array.isArray(keys) && keys.every(isKey)) return keys
  throw new CannotGoOn('the keys in the backup are damaged')
}

/** Of a key that a plugin keeps, it is not known before the cluster is started whether it is the right one. */
const isReadWith = (given: readonly KeptKey[], one: BackedUpKey): boolean =>
  given.some(key => key.id === one.by && ('kms' in key || E.isRight(unwrap([key], one.uid, one))))

/**
 * Has the home read what is sealed in a backup: with the cluster keys in `file`, or those that lie in the home already. Refused where
 * they are not those that it takes, unless that is accepted.
 */
export const layClusterKeys = (
  home: Home,
  keys: readonly BackedUpKey[],
  { file, acceptsLoss }: { readonly file: string | undefined; readonly acceptsLoss: boolean },
): void => {
  const given = readClusterKeys(file ?? home.secretKeys)
  if (file !== undefined && given === undefined) throw new CannotGoOn(`${file} is not there`)
  const lacking = new Set(keys.filter(one => !isReadWith(given ?? [], one)).map(({ by }) => by))
  if (lacking.size > 0 && !acceptsLoss)
    throw new CannotGoOn(
      `Secrets in the backup are sealed with the cluster key ${[...lacking].join(', ')}: name the file pki/secrets.keys of that cluster with --keys, or set PERIPLUS_ACCEPT_LOSS=yes to go without them`,
    )
  if (given) writeClusterKeys(home.secretKeys, given)
}
