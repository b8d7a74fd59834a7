import assert from 'node:assert/strict'
import type { KeyStore } from '../sealing/key-store.ts'
import { right } from './events.ts'

/** An adapter as the contract suite wants it. */
export interface KeysUnderTest {
  readonly keys: KeyStore
  close(): Promise<void>
}

/** What every `KeyStore` does; a mocha suite for each adapter. `open` gives an empty one for every test. */
export const keyStoreContract = (name: string, open: () => Promise<KeysUnderTest>): void => {
  describe(`${name} keeps the contract of key stores`, () => {
    let opened: KeysUnderTest
    let keys: KeyStore
    beforeEach(async () => {
      opened = await open()
      keys = opened.keys
    })
    afterEach(() => opened.close())

    const one = { by: 'first', key: 'b25l' }
    const another = { by: 'second', key: 'dHdv' }
    const found = async (uid: string) => {
      const stored = right(await keys.find(uid))
      return stored && { by: stored.by, key: stored.key }
    }

    it('keeps the key that came first, and gives it to whoever comes later', async () => {
      assert.equal(await found('a'), undefined)
      const [first, later] = [right(await keys.add('a', one)), right(await keys.add('a', another))]
      assert.deepEqual(later, first)
      assert.deepEqual(await found('a'), one)
      assert.equal(first.uid, 'a')
      assert.ok(Math.abs(first.time - Date.now()) < 60_000)
    })

    it('gives all writers of one moment the same key', async () => {
      const added = await Promise.all(
        Array.from({ length: 20 }, (_, i) => keys.add('a', { by: 'first', key: `k${i}` })),
      )
      assert.equal(new Set(added.map(answer => right(answer).key)).size, 1)
    })

    it('replaces a key for whoever has seen the newest one', async () => {
      const stored = right(await keys.add('a', one))
      assert.equal(right(await keys.replace(stored, another)), true)
      assert.equal(right(await keys.replace(stored, one)), false)
      assert.deepEqual(await found('a'), another)
      assert.equal(right(await keys.all()).length, 1)
    })

    it('shreds a key for good, and no other', async () => {
      right(await keys.add('a', one))
      right(await keys.add('b', one))
      right(await keys.shred('a'))
      right(await keys.shred('never there'))
      assert.equal(await found('a'), undefined)
      assert.deepEqual(
        right(await keys.all()).map(({ uid }) => uid),
        ['b'],
      )
      const replaced = right(await keys.replace({ ...one, uid: 'a', revision: 1, time: 0 }, another))
      assert.equal(replaced, false)
    })

    it('takes any text for a uid', async () => {
      const uids = ['a.b', '*', '>', 'ä b', '%2E', 'A_B']
      for (const uid of uids) right(await keys.add(uid, { by: uid, key: 'eA==' }))
      for (const uid of uids) assert.equal((await found(uid))?.by, uid)
      assert.deepEqual(
        right(await keys.all())
          .map(({ uid }) => uid)
          .toSorted(),
        uids.toSorted(),
      )
    })
  })
}
