import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import {
  advanceHorizons,
  archivedBy,
  directoryBlobs,
  dropForgotten,
  memoryBlobs,
  s3Blobs,
  trimArchive,
  verifyArchive,
  withArchive,
} from '@periplus/log'
import type { Blobs, EventLog, Horizons } from '@periplus/log'
import { s3Server } from '../../log/test/support/s3-server.ts'
import { ForgottenKind, cutAt, foldAlong, historyOf, livingAt, rememberedRange } from '../src/index.ts'
import { compactedTo } from './support/compacted-kinds.ts'
import { natsForTests, openLog, right, stream } from './support/history-on-nats.ts'
import { everyKindsState, kindsOfTest, ofKind, writeKinds } from './support/kinds-on-nats.ts'
import type { KindOfTest } from './support/kinds-on-nats.ts'
import { oldArchiveTo } from './support/old-archive.ts'

const kinds = Object.keys(kindsOfTest) as KindOfTest[]
const hour = 3_600_000
/** Around the ends of segments and the horizons, and some between. */
const spots = [1, 19, 20, 21, 30, 40, 41, 44, 45, 46, 59, 60, 69, 70, 75, 80, 81, 89, 90, 91, 100]

describe('the past of kinds', function () {
  this.timeout(180_000)
  const suite = natsForTests()

  const compact = (archive: Blobs, upTo: readonly number[], parts: readonly string[], into?: typeof oldArchiveTo) =>
    compactedTo(suite.bus, archive, upTo, parts, into)
  /** As if the log had stood at these sequences as long ago as the kinds' past is kept. */
  const forget = async (from: Horizons, archive?: Blobs): Promise<Horizons> => {
    const hours = new Map(Object.entries(from).map(([kind], at) => [kind, (at + 1) * hour] as const))
    const retention = new Map([...hours].map(([kind, milliseconds]) => [kind, { milliseconds }]))
    const sequences = [...hours].map(([kind, time]) => ({ time, sequence: from[kind] ?? 0 }))
    const now = Date.now()
    return right(
      await advanceHorizons({
        ...{ bus: suite.bus, stream, retention, now: () => now },
        lastBy: time => sequences.find(one => one.time === now - time)?.sequence ?? 0,
        ...(archive
          ? { archivedBy: async time => E.right(sequences.find(one => one.time === now - time)?.sequence ?? 0) }
          : {}),
      }),
    )
  }
  type Known = Awaited<ReturnType<typeof everyKindsState>>
  /** Every kind at every sequence: as it was, or forgotten; never another state. */
  const assertStates = async (
    past: EventLog,
    { states }: Known,
    horizons: Readonly<Record<KindOfTest, number>>,
    at: readonly number[] = spots,
  ) => {
    const look = cutAt(past)
    for (const sequence of at) {
      const state = states.get(sequence)
      assert.ok(state)
      if (sequence < Math.min(...Object.values(horizons))) {
        assert.equal((await look({ tag: 'Sequence', sequence }))._tag, 'Left', `at ${sequence}`)
        continue
      }
      const { cut, forgotten } = right(await look({ tag: 'Sequence', sequence }))
      for (const kind of kinds) {
        const isForgotten = sequence < horizons[kind]
        assert.equal(forgotten({ group: '', resource: kind })?.first, isForgotten ? horizons[kind] : undefined)
        if (isForgotten) assert.throws(() => ofKind(cut, kind), ForgottenKind, `${kind} at ${sequence}`)
        else assert.deepEqual(ofKind(cut, kind), state[kind], `${kind} at ${sequence}`)
      }
    }
  }
  const partsIn = async (archive: Blobs): Promise<readonly string[]> =>
    right(await archive.list()).flatMap(({ name }) => (name.startsWith('part-') ? [name] : []))
  const verified = async (archive: Blobs) => right(await verifyArchive(suite.bus, archive, stream))

  const places: readonly [string, () => Promise<{ readonly archive: Blobs; close(): Promise<void> }>][] = [
    [
      'a directory',
      async () => {
        const directory = await mkdtemp(join(tmpdir(), 'periplus-archive-'))
        return { archive: directoryBlobs(directory), close: () => rm(directory, { recursive: true }) }
      },
    ],
    [
      'S3',
      async () => {
        const { bucket, close } = await s3Server()
        return { archive: s3Blobs(bucket), close }
      },
    ],
    ['memory', async () => ({ archive: memoryBlobs(), close: async () => undefined })],
  ]
  /** Where each answer takes its time, fewer are asked for. */
  const few = spots.filter((_, i) => i % 3 === 0)
  for (const [place, open] of places)
    it(`goes from an archive in ${place} as each kind says, and what remains is as it was`, async () => {
      const { archive, close } = await open()
      const at = place === 'S3' ? few : spots
      try {
        const log = await openLog(suite.bus)
        await writeKinds(log, 21, 100)
        const known = await everyKindsState(log)
        await compact(archive, [20, 40, 60, 80], ['events', 'pods'])
        const past = withArchive(log, archive)
        const all = await partsIn(archive)
        assert.equal(all.length, 4 * 3 + 4 * 3)
        await assertStates(past, known, { events: 0, pods: 0, configmaps: 0 }, at)

        const horizons = { events: 90, pods: 45 }
        assert.deepEqual(await forget(horizons, archive), horizons)
        await assertStates(past, known, { ...horizons, configmaps: 0 }, at)
        assert.deepEqual((await verified(archive)).dropped, [])

        right(await dropForgotten(archive, horizons))
        const left = await partsIn(archive)
        // Of events the state at 80 stays, of pods the one at 40 and what follows.
        assert.deepEqual(
          kinds.map(kind => left.filter(name => name.endsWith(kind === 'configmaps' ? 'OTHERS' : kind)).length),
          [1, 2 + 3, 4 + 4],
        )
        await assertStates(past, known, { ...horizons, configmaps: 0 }, at)
        const report = await verified(archive)
        assert.deepEqual(report.findings, [])
        assert.deepEqual(report.dropped.map(({ kind, parts }) => [kind, parts]).toSorted(), [
          ['events', 7],
          ['pods', 3],
        ])
        const messages = all.filter(name => name.includes('segment')).length
        assert.ok(messages === 12 && report.dropped.every(({ messages: gone }) => gone > 0))

        const told: string[] = []
        for await (const batch of rememberedRange(past, horizons, 1, 100))
          told.push(...batch.map(({ sequence, ref }) => `${sequence} ${ref.resource}`))
        const expected = known.events.filter(
          ({ sequence, ref }) => sequence >= ({ ...horizons, configmaps: 0 } as Horizons)[ref.resource]!,
        )
        assert.deepEqual(
          told,
          expected.map(({ sequence, ref }) => `${sequence} ${ref.resource}`),
        )
        const objects = new Map(known.events.map(({ ref }) => [`${ref.resource}/${ref.name}`, ref]))
        for (const ref of place === 'S3' ? [...objects.values()].slice(0, 3) : objects.values()) {
          const history = right(await historyOf(past, ref))
          const from = ref.resource === 'events' ? 90 : ref.resource === 'pods' ? 45 : 0
          const own = known.events.filter(one => one.ref.resource === ref.resource && one.ref.name === ref.name)
          const newest = own.at(-1)
          const kept = own.filter(one => one.sequence >= from || (one === newest && one.type !== 'deleted'))
          assert.deepEqual(
            history.map(({ sequence }) => sequence),
            kept.map(({ sequence }) => sequence),
          )
        }
        const seen: number[] = []
        await foldAlong(past, [30, 44, 45, 70, 95], (sequence, cut) => {
          seen.push(sequence)
          assert.deepEqual(ofKind(cut, 'configmaps'), known.states.get(sequence)?.configmaps)
          if (sequence >= 45) assert.deepEqual(ofKind(cut, 'pods'), known.states.get(sequence)?.pods)
        })
        assert.deepEqual(seen, [30, 44, 45, 70, 95])
        const living: number[] = []
        for await (const batch of livingAt(past, 95, new AbortController().signal))
          living.push(...batch.map(({ sequence }) => sequence))
        const state = known.states.get(95)
        assert.equal(
          living.length,
          kinds.reduce((sum, kind) => sum + (state?.[kind].length ?? 0), 0),
        )
      } finally {
        await close()
      }
    })

  it('goes with the beginning of the archive where all kinds have forgotten it', async () => {
    const archive = memoryBlobs()
    const log = await openLog(suite.bus)
    await writeKinds(log, 22, 100)
    const known = await everyKindsState(log)
    await compact(archive, [20, 40, 60, 80], ['events'])
    const past = withArchive(log, archive)
    assert.deepEqual(await forget({ events: 70, '*': 45 }, archive), { events: 70, '*': 45 })
    right(await dropForgotten(archive, { events: 70, '*': 45 }))
    const report = await verified(archive)
    assert.deepEqual([report.segments, report.states, report.from, report.findings], [2, 3, 41, []])
    await assertStates(past, known, { events: 70, pods: 45, configmaps: 45 })
    const before = await cutAt(past)({ tag: 'Sequence', sequence: 44 })
    assert.deepEqual(before, E.left({ tag: 'Gone', first: 45 }))
    assert.deepEqual(await forget({ events: 60, '*': 80 }, archive), { '*': 80 })
  })

  it('does not come back, whatever is said of it later', async () => {
    const log = await openLog(suite.bus)
    await writeKinds(log, 23, 50)
    await forget({ events: 30, pods: 10 })
    assert.deepEqual(await forget({ events: 20, pods: 40 }), { events: 30, pods: 40 })
    assert.deepEqual(await forget({ configmaps: 5 }), { events: 30, pods: 40, configmaps: 5 })
    assert.deepEqual(right(await log.bounds()).horizons, { events: 30, pods: 40, configmaps: 5 })
  })

  it('is a fault where it is lost rather than forgotten, and no state without it is shown', async () => {
    const archive = memoryBlobs()
    const log = await openLog(suite.bus)
    await writeKinds(log, 24, 100)
    const known = await everyKindsState(log)
    await compact(archive, [20, 40, 60, 80], ['events', 'pods'])
    const past = withArchive(log, archive)
    await forget({ events: 90, pods: 25 }, archive)
    right(await dropForgotten(archive, { events: 90, pods: 25 }))
    const lost = (await partsIn(archive)).find(name => /segment-0+20-0+40-pods/.test(name))
    assert.ok(lost)
    right(await archive.remove(lost))
    const { findings } = await verified(archive)
    assert.deepEqual(findings, [`segment-${'20'.padStart(16, '0')}-${'40'.padStart(16, '0')} has no ${lost} any more`])
    const look = async (sequence: number) =>
      cutAt(past)({ tag: 'Sequence', sequence }).catch((error: unknown) => E.left(error))
    for (const sequence of [30, 39]) assert.ok(E.isLeft(await look(sequence)), `at ${sequence}`)
    assert.ok(E.isRight(await cutAt(past)({ tag: 'Sequence', sequence: 22 })))
    // The state at 60 is the next one that is whole, and nothing before it stands in for what was lost.
    assert.ok(E.isRight(await cutAt(past)({ tag: 'Sequence', sequence: 61 })))
    const state = (await partsIn(archive)).find(name => /state-0+60-pods/.test(name))
    right(await archive.remove(state ?? ''))
    await assertStates(past, known, { events: 90, pods: 25, configmaps: 0 }, [22, 24, 59, 60, 61, 79, 99])
  })

  it('is a fault where a part is another one than was sealed, or has what is not its own', async () => {
    const archive = memoryBlobs()
    const log = await openLog(suite.bus)
    await writeKinds(log, 25, 60)
    await compact(archive, [20, 40], ['events', 'pods'])
    const [first, second] = (await partsIn(archive)).filter(name => /segment.*-pods/.test(name))
    const other = right(await archive.list()).find(({ name }) => name === second)
    assert.ok(first && other)
    right(await archive.write(first, archive.read(other)))
    const { findings } = await verified(archive)
    assert.equal(findings.length, 1)
    assert.match(findings[0] ?? '', /part-segment-0+-0+20-pods is not what was written/)
  })

  it('goes on where an archive was written before kinds had parts', async () => {
    const archive = memoryBlobs()
    const log = await openLog(suite.bus)
    await writeKinds(log, 26, 100)
    const known = await everyKindsState(log)
    await compact(archive, [20, 40], [], oldArchiveTo)
    await compact(archive, [60, 80], ['events', 'pods'])
    assert.deepEqual((await verified(archive)).findings, [])
    const past = withArchive(log, archive)
    await assertStates(past, known, { events: 0, pods: 0, configmaps: 0 })
    await forget({ events: 70, pods: 30 }, archive)
    right(await dropForgotten(archive, { events: 70, pods: 30 }))
    assert.deepEqual((await verified(archive)).findings, [])
    await assertStates(past, known, { events: 70, pods: 30, configmaps: 0 })
    const by = archivedBy(archive)
    assert.deepEqual(await by(Date.now() + hour), E.right(80))
    assert.deepEqual(await by(0), E.right(0))
    const horizons = await forget({ '*': 45 }, archive)
    right(await dropForgotten(archive, horizons))
    const report = await verified(archive)
    assert.deepEqual([report.segments, report.from, report.findings], [2, 41, []])
    await assertStates(past, known, { events: 70, pods: 45, configmaps: 45 })
    right(await trimArchive(archive, 1))
    assert.deepEqual(
      await partsIn(archive),
      (await partsIn(archive)).filter(name => name.includes('state')),
    )
  })
})
