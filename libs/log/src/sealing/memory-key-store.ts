import { E } from '@periplus/prelude'
import type { KeyStore, StoredKey } from './key-store.ts'

/** Keys in one process's memory: for tests and the simulation. `now` in milliseconds since the epoch. */
export const memoryKeyStore = (now: () => number = Date.now): KeyStore => {
  const keys = new Map<string, StoredKey>()
  let revision = 0
  return {
    find: async uid => E.right(keys.get(uid)),
    add: async (uid, { by, key }) => {
      const stored = keys.get(uid) ?? { uid, by, key, revision: ++revision, time: now() }
      keys.set(uid, stored)
      return E.right(stored)
    },
    replace: async ({ uid, revision: expected }, { by, key }) => {
      if (keys.get(uid)?.revision !== expected) return E.right(false)
      keys.set(uid, { uid, by, key, revision: ++revision, time: now() })
      return E.right(true)
    },
    shred: async uid => {
      keys.delete(uid)
      return E.right(undefined)
    },
    all: async () => E.right([...keys.values()]),
  }
}
