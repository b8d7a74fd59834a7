import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { advanceHorizons, countPast, dropForgotten, memoryBlobs, verifyArchive, withArchive } from '@periplus/log'
import type { Blobs, Horizons, KindRetention } from '@periplus/log'
import { cutAt, historyOf, rememberedRange } from '../src/index.ts'
import { compactedTo } from './support/compacted-kinds.ts'
import { natsForTests, openLog, right, stream } from './support/history-on-nats.ts'
import { everyKindsState, kindsOfTest, ofKind, writeKinds } from './support/kinds-on-nats.ts'
import type { KindOfTest } from './support/kinds-on-nats.ts'

const kinds = Object.keys(kindsOfTest) as KindOfTest[]
const day = 86_400_000

describe('the past of kinds that have grown many', function () {
  this.timeout(120_000)
  const suite = natsForTests()

  const counting = (retention: KindRetention, archive?: Blobs) =>
    countPast({
      ...{ kinds: [...retention.keys()], read: (from, to) => suite.bus.jetstream.read({ stream, from, to }) },
      ...(archive ? { archive } : {}),
    })
  const forget = async (retention: KindRetention, archive?: Blobs, later = day): Promise<Horizons> =>
    right(
      await advanceHorizons({
        ...{ bus: suite.bus, stream, retention, within: counting(retention, archive), now: () => Date.now() + later },
      }),
    )
  const compact = (archive: Blobs, upTo: readonly number[]) => compactedTo(suite.bus, archive, upTo, ['events', 'pods'])
  type Known = Awaited<ReturnType<typeof everyKindsState>>
  const sequencesOf = ({ events }: Known, kind: KindOfTest): readonly number[] =>
    events.filter(({ ref }) => ref.resource === kind).map(({ sequence }) => sequence)

  it('ends with their newest events, as many as are kept, exactly', async () => {
    const log = await openLog(suite.bus)
    await writeKinds(log, 31, 300)
    const known = await everyKindsState(log)
    const retention: KindRetention = new Map([
      ['events', { events: 10 }],
      ['pods', { events: 40, milliseconds: 30 * day }],
    ])
    const horizons = await forget(retention)
    const told = new Map<string, number>()
    for await (const batch of rememberedRange(log, horizons, 1, 300))
      for (const { ref } of batch) told.set(ref.resource, (told.get(ref.resource) ?? 0) + 1)
    assert.deepEqual(Object.fromEntries(told), {
      events: 10,
      pods: 40,
      configmaps: sequencesOf(known, 'configmaps').length,
    })
    for (const [kind, horizon] of Object.entries(horizons)) {
      const { cut, forgotten } = right(await cutAt(log)({ tag: 'Sequence', sequence: horizon }))
      assert.deepEqual(ofKind(cut, kind as KindOfTest), known.states.get(horizon)?.[kind as KindOfTest])
      assert.equal(forgotten({ group: '', resource: kind }), undefined)
    }
    assert.deepEqual(await forget(retention), horizons, 'nothing has happened since')
    const more = await forget(new Map([['events', { events: 9 }]]))
    assert.equal(more['pods'], horizons['pods'])
    assert.ok((more['events'] ?? 0) > (horizons['events'] ?? 0))
  })

  it('ends by the bytes of their events, and all others by theirs', async () => {
    const log = await openLog(suite.bus)
    await writeKinds(log, 32, 200)
    const known = await everyKindsState(log)
    const sizes = new Map<number, number>()
    for await (const messages of suite.bus.jetstream.read({ stream, from: 1, to: 200 }))
      for (const { sequence, subject, headers, data } of messages)
        sizes.set(sequence, subject.length + headers.length + data.length)
    const pods = sequencesOf(known, 'pods')
    const others = known.events.map(({ sequence }) => sequence).filter(sequence => !pods.includes(sequence))
    const bytesOf = (sequences: readonly number[]): number =>
      sequences.reduce((sum, sequence) => sum + (sizes.get(sequence) ?? NaN), 0)
    const horizons = await forget(
      new Map([
        ['pods', { bytes: bytesOf(pods.slice(-7)) }],
        ['*', { bytes: bytesOf(others.slice(-50)), events: 100 }],
      ]),
    )
    assert.deepEqual(horizons, { pods: (pods.at(-8) ?? NaN) + 1, '*': (others.at(-51) ?? NaN) + 1 })
  })

  it('is counted in the archive by its files, each of which is kept as a whole', async () => {
    const archive = memoryBlobs()
    const log = await openLog(suite.bus)
    await writeKinds(log, 33, 200)
    const known = await everyKindsState(log)
    await compact(archive, [40, 80, 120, 160])
    const past = withArchive(log, archive)
    const behind = (kind: KindOfTest, from: number): number =>
      sequencesOf(known, kind).filter(sequence => sequence > from).length
    const enough = new Map([
      ['events', { events: behind('events', 160) }],
      ['pods', { events: behind('pods', 80) + 1 }],
    ])
    // The first has as many in the log as it may have; of the other the segment that begins at 40 has more than one.
    const horizons: Horizons = await forget(enough, archive)
    assert.deepEqual({ ...horizons }, { events: 121, pods: 41 })
    right(await dropForgotten(archive, horizons))
    const { dropped, findings } = right(await verifyArchive(suite.bus, archive, stream))
    assert.deepEqual(findings, [])
    assert.deepEqual(dropped.map(({ kind }) => kind).toSorted(), ['events', 'pods'])
    const look = cutAt(past)
    for (const sequence of [1, 39, 40, 41, 79, 119, 120, 121, 160, 199]) {
      const { cut, forgotten } = right(await look({ tag: 'Sequence', sequence }))
      for (const kind of kinds) {
        const isForgotten: boolean = sequence < (horizons[kind] ?? 0)
        assert.equal(forgotten({ group: '', resource: kind }) !== undefined, isForgotten, `${kind} at ${sequence}`)
        if (!isForgotten) assert.deepEqual(ofKind(cut, kind), known.states.get(sequence)?.[kind])
      }
    }
    const [pod] = known.events.filter(({ ref }) => ref.resource === 'configmaps')
    assert.ok(pod)
    const own = known.events.filter(({ ref }) => ref.resource === pod.ref.resource && ref.name === pod.ref.name)
    assert.deepEqual(
      right(await historyOf(past, pod.ref)).map(({ sequence }) => sequence),
      own.map(({ sequence }) => sequence),
    )
    // By bytes, what its files come to.
    const parts = right(await archive.list()).filter(({ name }) => /part-segment-\d+-\d+-pods$/.test(name))
    const inLog = await forget(new Map([['pods', { bytes: 1 }]]), undefined, 0)
    assert.deepEqual(inLog, horizons, 'what is younger than two minutes stays, whatever is said')
    const byBytes = await forget(new Map([['pods', { bytes: 100_000 + (parts.at(-1)?.bytes ?? 0) }]]), archive)
    assert.equal(byBytes['pods'], 41)
  })

  it('is told from an event on that was the last of its file', async () => {
    const archive = memoryBlobs()
    const log = await openLog(suite.bus)
    await writeKinds(log, 35, 100)
    const known = await everyKindsState(log)
    const end = sequencesOf(known, 'events').find(sequence => sequence > 50) ?? NaN
    await compact(archive, [20, 40, end, 80])
    const past = withArchive(log, archive)
    const horizons = right(
      await advanceHorizons({
        ...{ bus: suite.bus, stream, retention: new Map([['events', { milliseconds: day }]]), now: () => Date.now() },
        archivedBy: async () => E.right(end),
      }),
    )
    assert.deepEqual(horizons, { events: end })
    right(await dropForgotten(archive, horizons))
    const isTold = ({ sequence, ref }: Known['events'][number]) => ref.resource !== 'events' || sequence >= end
    const told: number[] = []
    for await (const batch of rememberedRange(past, horizons, 1, 100))
      told.push(...batch.map(({ sequence }) => sequence))
    const expected = known.events.filter(isTold).map(({ sequence }) => sequence)
    assert.deepEqual(told, expected)
    for (const sequence of expected) assert.equal(right(await past.get(sequence))?.sequence, sequence)
  })

  it('is counted further with each look where the log is long, and a span of it once', async () => {
    const log = await openLog(suite.bus)
    await writeKinds(log, 34, 60)
    let asked = 0
    const message = async function* (from: number, to: number) {
      asked++
      for (let at = from; at <= to; at += 500) {
        const there = Array.from({ length: Math.min(500, to - at + 1) }, (_, i) => ({
          ...{ subject: 'objects.core.pods.default.web', sequence: at + i, time: 0, headers: '' },
          data: Buffer.alloc(10),
        }))
        yield there
      }
    }
    const last = 500_000
    const within = countPast({ kinds: ['pods'], read: message })
    const range = { from: 0, watermark: 0, last }
    const look = async (events: number) => right(await within('pods', { events }, range))
    assert.equal(await look(400_000), 0)
    assert.equal(asked, 64)
    assert.equal(await look(400_000), 100_001)
    const before = asked
    assert.equal(await look(400_000), 100_001)
    assert.ok(asked - before <= 2, `${asked - before} spans were read again`)
    assert.equal(await look(3), last - 2)
  })
})
