import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { jetStreamEventLog, joinBackups, keepSnapshots, logGaps, objectStoreBlobs, openBackup } from '@periplus/log'
import { restoreState, takeBackup, verifyLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { compactUpTo } from './support/compaction.ts'
import { contentOf, eventAt, natsForTests, openLog, right, stream, writer } from './support/history-on-nats.ts'

describe('a backup', function () {
  this.timeout(60_000)
  const suite = natsForTests()
  let directory: string
  let file: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'periplus-backup-'))
    file = join(directory, 'state')
  })
  afterEach(() => rm(directory, { recursive: true }))

  const stateNow = async () => {
    const running = await startLiveCut({ log: await openLog(suite.bus) })
    await running.close()
    return { sequence: running.cut.sequence, content: contentOf(running.cut) }
  }
  const snapshots = () => objectStoreBlobs(suite.bus, stream)

  for (const [what, prepare] of [
    ['that has no snapshot', async () => undefined],
    [
      'that has one',
      async () => right(await keepSnapshots({ bus: suite.bus, stream, policy: { every: 1, keep: 2 } }).step()),
    ],
    ['that was compacted', async () => right(await compactUpTo(suite.bus, 31))],
  ] as const)
    it(`of a log ${what} is its state, and another log begins with it at the same versions`, async () => {
      const log = await openLog(suite.bus)
      const write = writer(log, 21)
      await write.many(40)
      await prepare()
      await write.many(9)
      const before = await stateNow()
      const taken = right(await takeBackup(suite.bus, file, async () => ({ name: 'test' }), { stream }))
      assert.deepEqual([taken.sequence, taken.objects], [before.sequence, before.content.length])
      assert.deepEqual(await readdir(directory), ['state'])
      assert.equal((await stat(file)).mode & 0o077, 0)
      await write.many(5)

      for (const one of [stream, `OBJ_${stream}`]) await suite.removeStream(one)
      const beginsAfter = right(await restoreState(file, snapshots()))
      assert.equal(beginsAfter, before.sequence)
      const restored = right(await jetStreamEventLog(suite.bus, { cluster: 'test', stream, beginsAfter }))
      assert.deepEqual(await stateNow(), before)
      assert.deepEqual(right(await restored.bounds()), {
        first: before.sequence + 1,
        last: before.sequence,
        watermark: before.sequence,
      })
      const [some] = before.content
      const [name = '', version = ''] = (some?.split(' ')[0] ?? '').split('@')
      const stale = await restored.append(eventAt(name, 1, { id: 'stale', expected: Number(version) - 1 }))
      assert.deepEqual(stale, E.left({ tag: 'Conflict', actual: Number(version) }))
      const next = right(await restored.append(eventAt(name, 2, { id: 'next', expected: Number(version) })))
      assert.equal(next.sequence, before.sequence + 1, 'nobody sees time go back')
      assert.deepEqual(right(await verifyLog(suite.bus, stream)).findings, [])
      assert.deepEqual(right(await logGaps(suite.bus, ['objects.leases.>'], stream)), {
        unexplained: 0,
        accepted: 0,
        last: next.sequence,
      })
    })

  const take = async (name: string, since?: string): Promise<string> => {
    const path = join(directory, name)
    const base = since === undefined ? undefined : right(await openBackup(since))
    right(await takeBackup(suite.bus, path, async () => ({ name }), { stream, ...(base ? { since: base } : {}) }))
    await base?.close()
    return path
  }

  for (const [what, prepare] of [
    ['as it is', async () => undefined],
    ['that is compacted meanwhile', async (last: number) => right(await compactUpTo(suite.bus, last - 12))],
  ] as const)
    it(`has of a log ${what} what changed since another one, and is restored with that and what changed since it`, async () => {
      const log = await openLog(suite.bus)
      /** Some that come, and one that came before and goes. */
      const changes = async (round: string, gone?: readonly [string, number]): Promise<readonly [string, number]> => {
        let sequence = 0
        for (let n = 0; n < 9; n++) ({ sequence } = right(await log.append(eventAt(`${round}-${n}`, n))))
        const [name = '', expected = 0] = gone ?? []
        if (gone) right(await log.append(eventAt(name, 9, { type: 'deleted', expected })))
        return [`${round}-8`, sequence]
      }
      await prepare(await writer(log, 23, 200).many(300))
      const early = await changes('early')
      const whole = await take('whole')
      const one = await changes('one', early)
      const first = await take('first', whole)
      await changes('two', one)
      const second = await take('second', first)
      const unchanged = await take('unchanged', second)
      const before = await stateNow()
      assert.ok((await stat(whole)).size > 4 * (await stat(first)).size)

      const joined = join(directory, 'joined')
      assert.deepEqual(right(await joinBackups([whole, first, second, unchanged], joined)).about, { name: 'unchanged' })
      for (const each of [stream, `OBJ_${stream}`]) await suite.removeStream(each)
      assert.equal(right(await restoreState(joined, snapshots())), before.sequence)
      const beginsAfter = before.sequence
      const restored = right(await jetStreamEventLog(suite.bus, { cluster: 'test', stream, beginsAfter }))
      assert.deepEqual(await stateNow(), before)
      right(await restored.append(eventAt('next', 1)))
      assert.deepEqual(right(await verifyLog(suite.bus, stream)).findings, [])
    })

  it('that has only what changed is refused without what it rests on, and with another', async () => {
    const write = writer(await openLog(suite.bus), 24)
    await write.many(30)
    const whole = await take('whole')
    await write.many(5)
    const first = await take('first', whole)
    await write.many(5)
    const second = await take('second', first)
    const other = await take('other')
    const joined = join(directory, 'joined')
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [[first], /first: it has only what changed since the backup at 30, which has to be named before it/],
      [
        [whole, second],
        /second: it has only what changed since the backup at 35, and the one before it is another, at 30/,
      ],
      [[other, first], /first: .* since the backup at 30, and the one before it is another, at 40/],
      [[whole, other], /other: it is whole, and rests on no other/],
      [[], /there is no backup/],
    ]
    for (const [paths, why] of cases) {
      const answer = await joinBackups(paths, joined)
      assert.ok(E.isLeft(answer) && why.test(answer.left), JSON.stringify(answer))
    }
    const bytes = await readFile(first)
    bytes[40] = (bytes[40] ?? 0) ^ 1
    await writeFile(first, bytes)
    assert.ok(E.isLeft(await joinBackups([whole, first], joined)))
    assert.deepEqual((await readdir(directory)).sort(), ['first', 'other', 'second', 'whole'])
    await suite.removeStream(`OBJ_${stream}`)
    const alone = await restoreState(second, snapshots())
    assert.deepEqual(alone, E.left('it has only what changed since the backup at 35'))
    assert.deepEqual(right(await snapshots().list()), [])
  })

  it('has nothing since one of another log, of one that went further, or of one that is compacted away', async () => {
    const refused = async (since: string): Promise<string> => {
      const base = right(await openBackup(since))
      const answer = await takeBackup(suite.bus, file, async () => ({}), { stream, since: base })
      await base.close()
      assert.deepEqual((await readdir(directory)).includes('state'), false)
      return E.isLeft(answer) ? answer.left.message : 'it was taken'
    }
    await writer(await openLog(suite.bus), 25).many(40)
    const whole = await take('whole')
    for (const one of [stream, `OBJ_${stream}`]) await suite.removeStream(one)
    const write = writer(await openLog(suite.bus), 26, 300)
    await write.many(30)
    assert.match(await refused(whole), /it goes up to 40, and the log to 30/)
    await write.many(170)
    assert.match(await refused(whole), /it is of another log/)
    const own = await take('own')
    const last = await write.many(120)
    right(await compactUpTo(suite.bus, last - 5))
    assert.match(await refused(own), /compacted up to \d+, so that it cannot be known any more/)
  })

  it('that is not whole is refused, and leaves nothing', async () => {
    await writer(await openLog(suite.bus), 22).many(30)
    right(await takeBackup(suite.bus, file, async () => ({ name: 'test' }), { stream }))
    const whole = await readFile(file)
    const changed = Buffer.from(whole)
    changed[40] = (changed[40] ?? 0) ^ 1
    await suite.removeStream(`OBJ_${stream}`)
    for (const content of [changed, Buffer.from('something else'), whole.subarray(0, 60), Buffer.alloc(0)]) {
      await writeFile(file, content)
      assert.ok(E.isLeft(await restoreState(file, snapshots())))
      assert.deepEqual(right(await snapshots().list()), [])
    }
    await writeFile(file, whole)
    await truncate(file, whole.length - 1)
    assert.ok(E.isLeft(await openBackup(file)))
    assert.ok(E.isLeft(await openBackup(join(directory, 'none'))))
  })
})
