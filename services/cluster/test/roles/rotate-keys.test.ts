import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryKeyStore, unwrap, wrap } from '@periplus/log'
import type { KeyStore } from '@periplus/log'
import { E, keyBytes } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { followedClusterKeys, makeClusterKeys, readClusterKeys } from '../../src/home/cluster-keys.ts'
import { rotateKeys } from '../../src/roles/rotate-keys.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

describe('rotating the cluster key', () => {
  let directory: string
  let path: string
  let store: KeyStore
  const uids = ['a', 'b', 'c']
  const dataKey = (uid: string): Buffer => Buffer.alloc(keyBytes, uid)
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-keys-'))
    path = join(directory, 'secrets.keys')
    makeClusterKeys(path)
    store = memoryKeyStore()
    for (const uid of uids) right(await store.add(uid, right(wrap(readClusterKeys(path) ?? [], uid, dataKey(uid)))))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  it('wraps every key anew, and whoever follows the file reads on', async () => {
    const follower = followedClusterKeys(path)
    const [first] = follower()
    const { id, wrapped } = await rotateKeys(path, store)
    assert.equal(wrapped, uids.length)
    assert.notEqual(id, first?.id)
    assert.equal(follower()[0]?.id, id)
    for (const stored of right(await store.all())) {
      assert.equal(stored.by, id)
      assert.deepEqual(right(unwrap(follower(), stored.uid, stored)), dataKey(stored.uid))
    }
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('keeps the key before until the next rotation, and none that is needed by nobody longer', async () => {
    const ids = () => (readClusterKeys(path) ?? []).map(({ id }) => id)
    const [first] = ids()
    const second = (await rotateKeys(path, store)).id
    assert.deepEqual(ids(), [second, first])
    const third = (await rotateKeys(path, store)).id
    assert.deepEqual(ids(), [third, second])
  })

  it('goes on where one was killed', async () => {
    let left = 1
    const dying: KeyStore = {
      ...store,
      replace: async (stored, key) =>
        left-- > 0 ? store.replace(stored, key) : E.left({ tag: 'Unavailable', message: 'gone' }),
    }
    await assert.rejects(rotateKeys(path, dying), /begun again: gone/)
    const { id } = await rotateKeys(path, store)
    for (const stored of right(await store.all())) {
      assert.equal(stored.by, id)
      assert.deepEqual(right(unwrap(readClusterKeys(path) ?? [], stored.uid, stored)), dataKey(stored.uid))
    }
  })

  it('leaves a file alone that it cannot use', async () => {
    rmSync(path)
    await assert.rejects(rotateKeys(path, store), /is not there/)
    makeClusterKeys(path)
    const text = readFileSync(path, 'utf8')
    makeClusterKeys(path)
    assert.equal(readFileSync(path, 'utf8'), text, 'a key that is there is never replaced by a first one')
  })
})
