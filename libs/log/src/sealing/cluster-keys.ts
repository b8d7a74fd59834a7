import { E, decrypt, encrypt, keyBytes } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { WrappedKey } from './key-store.ts'

/** A key that wraps data keys. A secret. */
export interface ClusterKey {
  readonly id: string
  /** 32 bytes. */
  readonly key: Buffer
}

/** A cluster key that cannot be used now, as whoever is to unlock it has not yet. */
export interface LockedKey {
  readonly id: string
  /** Why not, in words without a key. */
  readonly locked: string
}

/** Keys of a cluster, the one that wraps what is new first. */
export type Keys = readonly (ClusterKey | LockedKey)[]

/** Asked for each time, as they may be others by then; to be waited for while somebody is asked to unlock one. */
export type ClusterKeys = () => Keys | Promise<Keys>

/** Why a cluster key does nothing: there is no such key, or it may work later. */
export interface KeyFault {
  readonly tag: 'Lost' | 'Locked'
  /** In words without a key. */
  readonly message: string
}

const lost = (message: string): Either<KeyFault, never> => E.left({ tag: 'Lost', message })

const lockedBy = ({ id, locked }: LockedKey): Either<KeyFault, never> =>
  E.left({ tag: 'Locked', message: `the cluster key ${id} is locked: ${locked}` })

const aboutKeyOf = (uid: string): string => `data-key/${uid}`

/** Wraps an object's data key with the newest cluster key. */
export const wrap = ([newest]: Keys, uid: string, dataKey: Buffer): Either<KeyFault, WrappedKey> => {
  if (!newest) return lost('the cluster has no key')
  if ('locked' in newest) return lockedBy(newest)
  return E.right({ by: newest.id, key: encrypt(newest.key, aboutKeyOf(uid), dataKey).toString('base64') })
}

/** The data key of an object. */
export const unwrap = (keys: Keys, uid: string, { by, key }: WrappedKey): Either<KeyFault, Buffer> => {
  const wrapping = keys.find(({ id }) => id === by)
  if (!wrapping) return lost(`its key is wrapped by the cluster key ${by || '(damaged)'}, which is not here`)
  if ('locked' in wrapping) return lockedBy(wrapping)
  const dataKey = decrypt(wrapping.key, aboutKeyOf(uid), Buffer.from(key, 'base64'))
  return dataKey?.length === keyBytes ? E.right(dataKey) : lost(`its key cannot be read with the cluster key ${by}`)
}
