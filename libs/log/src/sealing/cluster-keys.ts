import { E, decrypt, encrypt, keyBytes } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { WrappedKey } from './key-store.ts'

/** A key that wraps data keys. A secret. */
export interface ClusterKey {
  readonly id: string
  /** 32 bytes. */
  readonly key: Buffer
}

/** The keys of a cluster, the one that wraps what is new first; asked for each time, as they may be others by then. */
export type ClusterKeys = () => readonly ClusterKey[]

const aboutKeyOf = (uid: string): string => `data-key/${uid}`

/** Wraps an object's data key with the newest cluster key; left: there is none. */
export const wrap = ([newest]: readonly ClusterKey[], uid: string, dataKey: Buffer): Either<string, WrappedKey> =>
  newest
    ? E.right({ by: newest.id, key: encrypt(newest.key, aboutKeyOf(uid), dataKey).toString('base64') })
    : E.left('the cluster has no key')

/** The data key; left: why it cannot be had, in words without a key. */
export const unwrap = (keys: readonly ClusterKey[], uid: string, { by, key }: WrappedKey): Either<string, Buffer> => {
  const wrapping = keys.find(({ id }) => id === by)
  if (!wrapping) return E.left(`its key is wrapped by the cluster key ${by || '(damaged)'}, which is not here`)
  const dataKey = decrypt(wrapping.key, aboutKeyOf(uid), Buffer.from(key, 'base64'))
  return dataKey?.length === keyBytes ? E.right(dataKey) : E.left(`its key cannot be read with the cluster key ${by}`)
}
