import assert from 'node:assert/strict'
import type { Bus } from '@periplus/bus'
import { blobsOver, keepSnapshots, objectStoreBlobs, s3Blobs } from '@periplus/log'
import type { BlobInfo, Blobs, EventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { foldAlong, foldTo } from '../src/index.ts'
import { s3Server } from '../../log/test/support/s3-server.ts'
import { contentOf, everyState, natsForTests, openLog, right, stream, writer } from './support/history-on-nats.ts'

/** A log that tells where it was read from. */
const watched = (log: EventLog) => {
  const readFrom: number[] = []
  const told: EventLog = {
    ...log,
    range: (from, to, signal) => {
      readFrom.push(from)
      return log.range(from, to, signal)
    },
    follow: (from, signal) => {
      readFrom.push(from)
      return log.follow(from, signal)
    },
  }
  return { log: told, readFrom }
}

/** Where snapshots are in these tests, and how one is damaged there. */
interface Place {
  readonly name: string
  /** Of random histories. */
  readonly seeds: readonly number[]
  readonly open: (bus: Bus) => Promise<{
    readonly blobs: Blobs
    /** Behind the back of whoever reads it. */
    readonly damage: (blob: BlobInfo) => Promise<void>
    readonly close: () => Promise<void>
  }>
}

const onNats: Place = {
  name: 'on NATS',
  seeds: [2, 3, 4],
  open: async ({ jetstream }) => ({
    blobs: objectStoreBlobs({ jetstream }, stream),
    damage: async () => {
      const chunk = right(await jetstream.lastMessage(`OBJ_${stream}`, `$O.${stream}.C.>`))
      right(await jetstream.purge(`OBJ_${stream}`, { subject: chunk?.subject ?? '', upTo: chunk?.sequence ?? 0 }))
    },
    close: async () => undefined,
  }),
}

const inS3: Place = {
  name: 'in S3',
  seeds: [],
  open: async bus => {
    const { bucket, objects, close } = await s3Server()
    return {
      blobs: blobsOver(s3Blobs(bucket), objectStoreBlobs(bus, stream)),
      damage: async ({ name }) => {
        const part = [...objects].find(([key]) => key.includes(`parts/${name}/`))?.[1]
        const middle = Math.floor((part?.length ?? 0) / 2)
        if (part) part[middle] = (part[middle] ?? 0) ^ 1
      },
      close,
    }
  },
}

for (const place of [onNats, inS3])
  describe(`snapshots of the log ${place.name}`, () => {
    const suite = natsForTests()
    let opened: Awaited<ReturnType<Place['open']>>
    beforeEach(async () => {
      opened = await place.open(suite.bus)
    })
    afterEach(() => opened.close())
    const damaged: string[] = []
    const keeper = (every = 20, keep = 3) =>
      keepSnapshots({
        ...{ bus: suite.bus, stream, blobs: opened.blobs, policy: { every, keep } },
        onDamaged: ({ name }) => damaged.push(name),
      })
    const names = async () => right(await opened.blobs.list()).map(({ name }) => Number(name.slice(9)))

    it('are taken when enough has happened since the last one, and the oldest go', async function () {
      this.timeout(60_000)
      const write = writer(await openLog(suite.bus, opened.blobs), 1)
      assert.equal(right(await keeper().step()), undefined)
      for (let round = 1; round <= 5; round++) {
        await write.many(19)
        assert.equal(right(await keeper().step()), undefined)
        await write.many(1)
        assert.equal(right(await keeper().step())?.sequence, round * 20)
      }
      assert.deepEqual(await names(), [60, 80, 100])
    })

    for (const seed of place.seeds)
      it(`make no state another one, wherever a fold begins (seed ${seed})`, async function () {
        this.timeout(60_000)
        const log = await openLog(suite.bus, opened.blobs)
        const write = writer(log, seed)
        for (const count of [37, 41, 23]) {
          await write.many(count)
          right(await keeper(1, 9).step())
        }
        const last = await write.many(17)
        const states = await everyState(log)
        for (let sequence = 1; sequence <= last; sequence++) {
          const { log: one, readFrom } = watched(log)
          assert.deepEqual(contentOf(await foldTo(one, sequence)), states.get(sequence), `at ${sequence}`)
          assert.deepEqual(
            readFrom,
            [[101, 78, 37].find(at => at <= sequence) ?? 0].map(at => at + 1),
          )
        }
        const seen: number[] = []
        await foldAlong(log, [50, 51, 79, last], (sequence, cut) => {
          seen.push(sequence)
          assert.deepEqual(contentOf(cut), states.get(sequence))
        })
        assert.deepEqual(seen, [50, 51, 79, last])
      })

    it('are where a process begins', async function () {
      this.timeout(60_000)
      const log = await openLog(suite.bus, opened.blobs)
      const write = writer(log, 5)
      await write.many(40)
      right(await keeper().step())
      const last = await write.many(5)
      const { log: one, readFrom } = watched(log)
      const running = await startLiveCut({ log: one })
      assert.deepEqual(readFrom, [41])
      assert.equal(running.cut.sequence, last)
      assert.deepEqual(contentOf(running.cut), (await everyState(log)).get(last))
      await running.close()
    })

    it('are told of where they are damaged, and the one before is taken', async function () {
      this.timeout(60_000)
      const log = await openLog(suite.bus, opened.blobs)
      const write = writer(log, 6)
      for (let round = 0; round < 2; round++) {
        await write.many(20)
        right(await keeper().step())
      }
      const newest = right(await opened.blobs.list()).at(-1)
      await opened.damage(newest as BlobInfo)
      const { log: one, readFrom } = watched(log)
      const told: string[] = []
      const running = await startLiveCut({ log: one, onDamagedBase: ({ message }) => told.push(message) })
      assert.deepEqual(readFrom, [21])
      assert.equal(told.length, 1)
      assert.ok(told[0]?.includes(newest?.name ?? '-'))
      await running.close()
      await write.many(20)
      const next = right(await keeper().step())
      assert.deepEqual([next?.sequence, damaged], [60, ['DamagedBlob']])
      assert.deepEqual(contentOf(await foldTo(log, 60)), (await everyState(log)).get(60))
    })

    it('of another log are not taken', async function () {
      this.timeout(60_000)
      await writer(await openLog(suite.bus, opened.blobs), 7).many(20)
      right(await keeper().step())
      await suite.removeStream(stream)
      const log = await openLog(suite.bus, opened.blobs)
      const write = writer(log, 8)
      await write.many(25)
      assert.deepEqual(right(await log.bases(25)), [])
      assert.deepEqual(contentOf(await foldTo(log, 25)), (await everyState(log)).get(25))
      right(await keeper().step())
      assert.deepEqual(await names(), [25])
    })
  })
