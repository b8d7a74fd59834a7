import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryKeyStore, unwrap, wrap } from '@periplus/log'
import type { ClusterKey, KeyStore } from '@periplus/log'
import { E, keyBytes, systemClock } from '@periplus/prelude'
import { logger } from '@periplus/service'
import { until } from '../../../../../test/faults/until.ts'
import { followedKeptKeys, makeClusterKeys, newClusterKey, readClusterKeys } from '../../../src/home/cluster-keys.ts'
import { rotateKeys } from '../../../src/roles/rotate-keys.ts'
import { keyKeeper, unlockAll } from '../../../src/roles/kms/key-keeper.ts'
import type { KeyKeeper } from '../../../src/roles/kms/key-keeper.ts'
import { keepAsConfigured, makeFirstKey } from '../../../src/roles/kms/kept-keys.ts'
import { unlockedKeys } from '../../../src/roles/kms/unlocked-keys.ts'
import { right } from '../events.ts'
import { examplePlugin } from './example-plugin.ts'
import type { ExamplePlugin } from './example-plugin.ts'

describe("a cluster's keys that a KMS plugin keeps", () => {
  let directory: string
  let path: string
  let example: ExamplePlugin
  let keeper: KeyKeeper
  const opened: KeyKeeper[] = []
  const lines: string[] = []
  const waiting = {
    told: new Promise<void>(() => undefined),
    log: logger('test', { write: line => void lines.push(line) }),
  }
  const kms = (name: string, timeoutSeconds = 10) =>
    ({ tag: 'Kms', kms: { name, socket: join(directory, 'kms.sock'), timeoutSeconds } }) as const
  const keeperOf = (...providers: Parameters<typeof keyKeeper>): KeyKeeper => {
    const made = keyKeeper(...providers)
    opened.push(made)
    return made
  }
  const keys = async (by = keeper): Promise<readonly ClusterKey[]> =>
    right(await unlockAll(by, readClusterKeys(path) ?? []))
  const keyIds = (): readonly (string | undefined)[] =>
    (readClusterKeys(path) ?? []).map(kept => ('kms' in kept ? kept.kms.keyId : undefined))

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-kms-'))
    path = join(directory, 'secrets.keys')
    example = await examplePlugin(join(directory, 'kms.sock'))
    keeper = keeperOf([kms('vault')])
    lines.length = 0
  })
  afterEach(async () => {
    for (const one of opened.splice(0)) one.close()
    await example.stop()
    rmSync(directory, { recursive: true })
  })

  it('lie wrapped in their file, which none but their owner reads', async () => {
    await makeFirstKey(path, () => keeper, waiting)
    const [key] = await keys()
    assert.deepEqual(keyIds(), ['one'])
    assert.equal(readFileSync(path, 'utf8').includes(key!.key.toString('base64')), false)
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('are not read from a file that is damaged', async () => {
    await makeFirstKey(path, () => keeper, waiting)
    const [kept] = (JSON.parse(readFileSync(path, 'utf8')) as { keys: readonly { id: string; kms: object }[] }).keys
    const wrongs = [{ keyId: 7 }, { ciphertext: null }, { annotations: { 'a.b': 1 } }, { annotations: undefined }]
    for (const wrong of [{}, ...wrongs.map(one => ({ ...kept?.kms, ...one }))]) {
      writeFileSync(path, JSON.stringify({ keys: [{ id: kept?.id, kms: wrong }] }))
      assert.throws(() => readClusterKeys(path), /secrets\.keys is damaged/)
    }
  })

  it('are kept otherwise after a start with another configuration, and are the same', async () => {
    makeClusterKeys(path, newClusterKey())
    const before = await keys(keeperOf())
    await keepAsConfigured(path, () => keeper, waiting)
    assert.deepEqual(keyIds(), ['one'])
    assert.deepEqual(await keys(), before)
    example.keyId = 'two'
    await keepAsConfigured(path, () => keeper, waiting)
    assert.deepEqual(keyIds(), ['two'])
    const text = readFileSync(path, 'utf8')
    await keepAsConfigured(path, () => keeper, waiting)
    assert.equal(readFileSync(path, 'utf8'), text, 'nothing is written where nothing changes')
    const nobody = keeperOf([{ tag: 'Identity' }, kms('vault')])
    await keepAsConfigured(path, () => nobody, waiting)
    assert.deepEqual(readClusterKeys(path), before)
  })

  it('are waited for, and said to be, where the plugin is not there yet', async () => {
    await example.stop()
    const impatient = keeperOf([kms('vault', 0.2)])
    const made = makeFirstKey(path, () => impatient, waiting)
    await until('the start says so', () => lines.some(line => line.includes('the start waits')))
    assert.match(lines.join(), /failed to encrypt DEK, error: rpc error: code = /)
    assert.equal(readClusterKeys(path), undefined)
    example = await examplePlugin(join(directory, 'kms.sock'))
    await made
    assert.deepEqual(keyIds(), ['one'])
  })

  it('are not taken from a plugin that gives something else back', async () => {
    await makeFirstKey(path, () => keeper, waiting)
    example.plaintext = Buffer.alloc(16)
    const answer = await unlockAll(keeper, readClusterKeys(path) ?? [])
    assert.ok(E.isLeft(answer))
    assert.match(answer.left, /KMS provider vault gave 16 bytes for a key of 32/)
  })

  describe('when they are rotated', () => {
    let store: KeyStore
    const uids = ['a', 'b']
    const dataKey = (uid: string): Buffer => Buffer.alloc(keyBytes, uid)
    beforeEach(async () => {
      await makeFirstKey(path, () => keeper, waiting)
      store = memoryKeyStore()
      for (const uid of uids) right(await store.add(uid, right(wrap(await keys(), uid, dataKey(uid)))))
    })

    it('follow the key that the plugin has now, and need none that it had', async () => {
      const follower = unlockedKeys(followedKeptKeys(path), { keeper: () => keeper, clock: systemClock })
      await follower()
      example.keyId = 'two'
      const { wrapped } = await rotateKeys(path, store, keeper)
      assert.equal(wrapped, uids.length)
      assert.deepEqual(keyIds(), ['two', 'two'])
      example.known = ['two']
      for (const stored of right(await store.all())) {
        assert.deepEqual(right(unwrap(await follower(), stored.uid, stored)), dataKey(stored.uid))
        assert.deepEqual(right(unwrap(await keys(), stored.uid, stored)), dataKey(stored.uid))
      }
    })

    it('stay as they are where the plugin is away or another one is named than keeps them', async () => {
      const text = readFileSync(path, 'utf8')
      await assert.rejects(
        rotateKeys(path, store, keeperOf([kms('other'), kms('vault')])),
        /kept by vault, and PERIPLUS_ENCRYPTION_CONFIG says other: the cluster has to take that up first/,
      )
      await assert.rejects(rotateKeys(path, store, keeperOf()), /says nobody/)
      await example.stop()
      await assert.rejects(rotateKeys(path, store, keeper), /failed to decrypt DEK, error: rpc error/)
      assert.equal(readFileSync(path, 'utf8'), text)
      example = await examplePlugin(join(directory, 'kms.sock'))
    })

    it('are locked for who cannot ask the plugin, until it answers', async () => {
      let now = 0
      const clock = { ...systemClock, now: () => now }
      const hasty = keeperOf([kms('vault', 0.3)])
      const follower = unlockedKeys(followedKeptKeys(path), { keeper: () => hasty, clock })
      example.hangs = true
      const [locked] = await follower()
      assert.ok(locked && 'locked' in locked)
      assert.match(locked.locked, /DeadlineExceeded/)
      const stored = right(await store.find('a'))!
      const refused = unwrap(await follower(), 'a', stored)
      assert.ok(E.isLeft(refused) && refused.left.tag === 'Locked')
      example.hangs = false
      const asked = example.asked.length
      await follower()
      assert.equal(example.asked.length, asked, 'not sooner than after a second')
      now += 1_000
      assert.deepEqual(right(unwrap(await follower(), 'a', stored)), dataKey('a'))
    })
  })
})
