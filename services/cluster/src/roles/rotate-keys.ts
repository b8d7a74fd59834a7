import { unwrap, wrap } from '@periplus/log'
import type { ClusterKey, KeyStore } from '@periplus/log'
import { E } from '@periplus/prelude'
import { newClusterKey, readClusterKeys, writeClusterKeys } from '../home/cluster-keys.ts'
import { CannotGoOn } from '../home/say.ts'
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
      throw new CannotGoOn(`the key of object ${stored.uid} cannot be wrapped anew: ${wrapped.left}`)
    const replaced = await store.replace(stored, wrapped.right)
    if (E.isLeft(replaced)) throw new CannotGoOn(`the rotation has to be begun again: ${replaced.left.message}`)
    if (replaced.right) count++
  }
  return count
}

/**
 * Makes a new cluster key and wraps every data key with it. Nothing of the log changes, so neither do versions. The new key is in the
 * file before anything needs it, and processes look at the file whenever they wrap; the key before stays until the next rotation, for what
 * somebody was wrapping at that moment. Killed anywhere, everything can be read, and another rotation goes on.
 */
export const rotateKeys = async (path: string, store: KeyStore): Promise<Rotated> => {
  const before = readClusterKeys(path)
  if (!before) throw new CannotGoOn(`${path} is not there: nothing has been sealed with it`)
  const needed = new Set((await everyKey(store)).map(({ by }) => by))
  const next = newClusterKey()
  const keys = [next, ...before.filter(({ id }, i) => i === 0 || needed.has(id))]
  writeClusterKeys(path, keys)
  return { id: next.id, wrapped: await rewrapAll(keys, store) }
}
