import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { jetStreamEventLog, keepSnapshots, logGaps, objectStoreBlobs, openBackup, restoreState } from '@periplus/log'
import { takeBackup, verifyLog } from '@periplus/log'
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

      for (const one of [stream, `OBJ_${stream}`]) right(await suite.bus.jetstream.remove(one))
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

  it('that is not whole is refused, and leaves nothing', async () => {
    await writer(await openLog(suite.bus), 22).many(30)
    right(await takeBackup(suite.bus, file, async () => ({ name: 'test' }), { stream }))
    const whole = await readFile(file)
    const changed = Buffer.from(whole)
    changed[40] = (changed[40] ?? 0) ^ 1
    right(await suite.bus.jetstream.remove(`OBJ_${stream}`))
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
