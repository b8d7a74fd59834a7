import { unwrap, wrap } from '@periplus/log'
import type { ClusterKey, KeyStore } from '@periplus/log'
import { E } from '@periplus/prelude'
import { newClusterKey, readClusterKeys, writeClusterKeys } from '../home/cluster-keys.ts'
import type { KeptKey } from '../home/cluster-keys.ts'
import { CannotGoOn } from '../home/say.ts'
import { changingKeys } from './kms/kept-keys.ts'
import { keepAll, unlockAll } from './kms/key-keeper.ts'
import type { KeyKeeper } from './kms/key-keeper.ts'
import { everyKey } from './sealing.ts'

/** What became of a rotation. */
export interface Rotated {
  /** Id of the cluster key that wraps all data keys from now on. */
  readonly id: string
  /** Data keys that were wrapped anew. */
  readonly wrapped: number
}

/** How many data keys were wrapped anew; those that were shredded or wrapped by others meanwhile are not. */
const rewrapAll = async (keys: readonly ClusterKey[], store: KeyStore): Promise<number> => {
  const [newest] = keys
  let count = 0
  for (const stored of await everyKey(store)) {
    if (stored.by === newest?.id) continue
    const wrapped = E.chain((dataKey: Buffer) => wrap(keys, stored.uid, dataKey))(unwrap(keys, stored.uid, stored))
    if (E.isLeft(wrapped))
      throw new CannotGoOn(`the key of object ${stored.uid} cannot be wrapped anew: ${wrapped.left.message}`)
    const replaced = await store.replace(stored, wrapped.right)
    if (E.isLeft(replaced)) throw new CannotGoOn(`the rotation has to be begun again: ${replaced.left.message}`)
    if (replaced.right) count++
  }
  return count
}

/**
 * Makes a new cluster key and wraps every data key with it. Nothing of the log changes, so neither do versions. The new key is in the
 * file before anything needs it, and processes look at the file whenever they wrap; the key before stays until the next rotation, for what
 * somebody was wrapping at that moment. Where a KMS plugin keeps the file's keys, it wraps all of them with the key that it has now, so that
 * one that it had before is needed for nothing. Killed anywhere, everything can be read, and another rotation goes on.
 */
export const rotateKeys = async (path: string, store: KeyStore, keeper: KeyKeeper): Promise<Rotated> => {
  const keys = await changingKeys(path, async () => {
    const before = readClusterKeys(path)
    if (!before) throw new CannotGoOn(`${path} is not there: nothing has been sealed with it`)
    assertSameKeeper(before, keeper)
    const unlocked = await unlockAll(keeper, before)
    if (E.isLeft(unlocked)) throw new CannotGoOn(unlocked.left)
    const needed = new Set((await everyKey(store)).map(({ by }) => by))
    const next = [newClusterKey(), ...unlocked.right.filter(({ id }, i) => i === 0 || needed.has(id))]
    const kept = await keepAll(keeper, next)
    if (E.isLeft(kept)) throw new CannotGoOn(kept.left)
    writeClusterKeys(path, kept.right)
    return next
  })
  return { id: keys[0]?.id ?? '', wrapped: await rewrapAll(keys, store) }
}

/** The processes of the cluster may not know somebody else yet, and could not read what that one keeps. */
const assertSameKeeper = ([newest]: readonly KeptKey[], { first }: KeyKeeper): void => {
  const now = newest && 'kms' in newest ? newest.kms.provider : undefined
  const wanted = first?.provider.name
  if (now !== wanted)
    throw new CannotGoOn(
      `the cluster's key is kept by ${now ?? 'nobody'}, and PERIPLUS_ENCRYPTION_CONFIG says ${wanted ?? 'nobody'}: the cluster has to take that up first`,
    )
}
