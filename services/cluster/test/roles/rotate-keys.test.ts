import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryKeyStore, unwrap, wrap } from '@periplus/log'
import type { KeyStore, Keys } from '@periplus/log'
import { E, keyBytes, systemClock } from '@periplus/prelude'
import { followedKeptKeys, makeClusterKeys, newClusterKey, readClusterKeys } from '../../src/home/cluster-keys.ts'
import { keyKeeper } from '../../src/roles/kms/key-keeper.ts'
import { unlockedKeys } from '../../src/roles/kms/unlocked-keys.ts'
import { rotateKeys } from '../../src/roles/rotate-keys.ts'
import { right } from './events.ts'

describe('rotating the cluster key', () => {
  let directory: string
  let path: string
  let store: KeyStore
  const uids = ['a', 'b', 'c']
  const keeper = keyKeeper()
  const bare = async (): Promise<Keys> =>
    unlockedKeys(followedKeptKeys(path), { keeper: () => keeper, clock: systemClock })()
  const dataKey = (uid: string): Buffer => Buffer.alloc(keyBytes, uid)
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-keys-'))
    path = join(directory, 'secrets.keys')
    makeClusterKeys(path, newClusterKey())
    store = memoryKeyStore()
    for (const uid of uids) right(await store.add(uid, right(wrap(await bare(), uid, dataKey(uid)))))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('wraps every key anew, and whoever follows the file reads on', async () => {
    const follower = unlockedKeys(followedKeptKeys(path), { keeper: () => keeper, clock: systemClock })
    const [first] = await follower()
    const { id, wrapped } = await rotateKeys(path, store, keeper)
    assert.equal(wrapped, uids.length)
    assert.notEqual(id, first?.id)
    assert.equal((await follower())[0]?.id, id)
    for (const stored of right(await store.all())) {
      assert.equal(stored.by, id)
      assert.deepEqual(right(unwrap(await follower(), stored.uid, stored)), dataKey(stored.uid))
    }
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('keeps the key before until the next rotation, and none that is needed by nobody longer', async () => {
    const ids = () => (readClusterKeys(path) ?? []).map(({ id }) => id)
    const [first] = ids()
    const second = (await rotateKeys(path, store, keeper)).id
    assert.deepEqual(ids(), [second, first])
    const third = (await rotateKeys(path, store, keeper)).id
    assert.deepEqual(ids(), [third, second])
  })

  it('goes on where one was killed', async () => {
    let left = 1
    const dying: KeyStore = {
      ...store,
      replace: async (stored, key) =>
        left-- > 0 ? store.replace(stored, key) : E.left({ tag: 'Unavailable', message: 'gone' }),
    }
    await assert.rejects(rotateKeys(path, dying, keeper), /begun again: gone/)
    const { id } = await rotateKeys(path, store, keeper)
    for (const stored of right(await store.all())) {
      assert.equal(stored.by, id)
      assert.deepEqual(right(unwrap(await bare(), stored.uid, stored)), dataKey(stored.uid))
    }
  })

  it('leaves a file alone that it cannot use', async () => {
    rmSync(path)
    await assert.rejects(rotateKeys(path, store, keeper), /is not there/)
    makeClusterKeys(path, newClusterKey())
    const text = readFileSync(path, 'utf8')
    makeClusterKeys(path, newClusterKey())
    assert.equal(readFileSync(path, 'utf8'), text, 'a key that is there is never replaced by a first one')
  })
})
