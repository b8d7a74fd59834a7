import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { acceptGaps, directoryBlobs, logGaps, verifyArchive, verifyLog, withArchive } from '@periplus/log'
import type { CompactionPhase, EventLog } from '@periplus/log'
import { compareProjection, keepProjected, memoryProjection, startLiveCut } from '@periplus/projection'
import type { Projection } from '@periplus/projection'
import { cutAt, foldTo, historyOf } from '../src/index.ts'
import { compactUpTo } from './support/compaction.ts'
import {
  contentOf,
  eventAt,
  everyState,
  natsForTests,
  openLog,
  right,
  stream,
  writer,
} from './support/history-on-nats.ts'

const compactor = fileURLToPath(new URL('support/killed-compactor.ts', import.meta.url))
const phases: readonly CompactionPhase[] = ['snapshot', 'archive', 'mark', 'purge', 'account']

/** Before anything is taken away, a server that is gone is only asked again. */
const victimsOf = (phase: CompactionPhase): readonly ('compactor' | 'server')[] =>
  phase === 'snapshot' || phase === 'archive' ? ['compactor'] : ['compactor', 'server']

/** Brings a projection to a sequence. */
const projected = async (log: EventLog, projection: Projection, to: number): Promise<void> => {
  const stop = new AbortController()
  await keepProjected({
    ...{ log, projection, signal: stop.signal, gatherMilliseconds: 0 },
    onProgress: progress => {
      if (progress.tag === 'Applied' && progress.applied >= to) stop.abort()
    },
  })
}

describe('a log that is compacted', function () {
  this.timeout(120_000)
  const suite = natsForTests()
  let archive: string
  beforeEach(async () => {
    archive = await mkdtemp(join(tmpdir(), 'periplus-archive-'))
  })
  afterEach(() => rm(archive, { recursive: true, force: true }))

  type States = Awaited<ReturnType<typeof everyState>>
  const assertStates = async (log: EventLog, states: States, from: number, to: number, step = 1): Promise<void> => {
    for (let sequence = from; sequence <= to; sequence += step)
      assert.deepEqual(contentOf(await foldTo(log, sequence)), states.get(sequence), `at ${sequence}`)
  }
  /** Nothing is wrong with log and archive, and no gap is taken for a loss. */
  const assertSound = async (): Promise<void> => {
    assert.deepEqual(right(await verifyLog(suite.bus, stream)).findings, [])
    assert.deepEqual(right(await verifyArchive(suite.bus, directoryBlobs(archive), stream)).findings, [])
    const { unexplained, accepted } = right(await logGaps(suite.bus, ['objects.leases.>'], stream))
    assert.equal(unexplained, accepted)
  }
  const heartbeat = async (log: EventLog, name: string, expected: number): Promise<number> => {
    const ref = { group: 'leases', resource: 'leases', namespace: 'default', name }
    const body = Buffer.from(JSON.stringify({ apiVersion: 'leases/v1', metadata: { name, uid: `uid-of-${name}` } }))
    return right(await log.append(eventAt(name, expected, { ref, expected, body, rollup: true }))).sequence
  }

  for (const seed of [11, 12])
    it(`shows every state from its watermark on as it was, and with its archive those before (seed ${seed})`, async () => {
      const log = await openLog(suite.bus)
      const write = writer(log, seed)
      let last = await write.many(70)
      const states = new Map(await everyState(log))
      const past = withArchive(log, directoryBlobs(archive))
      for (const watermark of [23, 40, 61]) {
        assert.equal(right(await compactUpTo(suite.bus, watermark, { archive }))?.watermark, watermark)
        await assertStates(log, states, watermark, last)
        const below = await cutAt(log)({ tag: 'Sequence', sequence: watermark - 1 })
        assert.deepEqual(below, E.left({ tag: 'Gone', first: watermark }))
        await assertStates(past, states, 1, last)
        last = await write.many(5)
        for (let s = last - 4; s <= last; s++) states.set(s, contentOf(await foldTo(await openLog(suite.bus), s)))
        const running = await startLiveCut({ log: await openLog(suite.bus) })
        assert.deepEqual(contentOf(running.cut), states.get(last))
        await running.close()
      }
      assert.deepEqual(right(await past.bounds()), { first: 1, last, watermark: 0 })
      const kept: number[] = []
      for await (const events of past.range(1, last)) kept.push(...events.map(({ sequence }) => sequence))
      assert.deepEqual(
        kept,
        Array.from({ length: last }, (_, i) => i + 1),
      )
      const { ref } = eventAt('object-3', 0)
      const [whole, rest] = [right(await historyOf(past, ref)), right(await historyOf(log, ref))]
      assert.deepEqual(rest, whole.slice(-rest.length))
      assert.ok(whole.length > rest.length && whole[0]?.previous === 0)
      right(await acceptGaps(suite.bus, 0, stream))
      await assertSound()
    })

  it('keeps projections what it makes, those included that stand where it was compacted away', async () => {
    const log = await openLog(suite.bus)
    const write = writer(log, 13)
    await write.many(30)
    const old = memoryProjection()
    await projected(log, old, 30)
    const last = await write.many(40)
    const current = memoryProjection()
    await projected(log, current, last)
    right(await compactUpTo(suite.bus, 50))
    const end = await write.many(5)
    for (const projection of [old, current, memoryProjection()]) {
      await projected(log, projection, end)
      assert.deepEqual(await compareProjection(log, projection), { tag: 'Same', applied: end })
    }
    await current.apply(end, [])
    const wrong = memoryProjection()
    await projected(log, wrong, end)
    const tampered = eventAt('object-0', 99)
    await wrong.apply(end, [{ ...tampered, sequence: end }])
    assert.equal((await compareProjection(log, wrong)).tag, 'Different')
  })

  for (const phase of phases)
    for (const victim of victimsOf(phase))
      it(`goes on where a ${victim} was killed as it came to ${phase}`, async () => {
        const log = await openLog(suite.bus)
        const write = writer(log, 14)
        let dead = 0
        let live = 0
        for (let i = 0; i < 4; i++) dead = await heartbeat(log, 'dead', dead)
        for (let i = 0; i < 6; i++) {
          live = await heartbeat(log, 'live', live)
          await write.many(5)
        }
        const last = await write.many(10)
        const states = await everyState(log)
        right(await acceptGaps(suite.bus, 0, stream))
        right(await compactUpTo(suite.bus, 12, { archive }))
        await assertSound()
        if (victim === 'compactor') {
          const { servers, user, password } = suite.nats.server
          const child = spawn(
            process.execPath,
            ['--import', 'tsx', compactor, servers, user, password, '33', archive, phase],
            { stdio: 'ignore' },
          )
          assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL'])
        } else {
          const outcome = await compactUpTo(suite.bus, 33, {
            archive,
            onPhase: now => {
              if (now === phase) void suite.nats.server.kill()
            },
          }).catch((error: unknown) => E.left(error))
          await suite.nats.restart()
          await suite.bus.whenConnected()
          assert.ok(E.isLeft(outcome) || outcome.right?.watermark === 33)
        }
        const { watermark } = right(await log.bounds())
        assert.ok([12, 33].includes(watermark))
        await assertStates(withArchive(log, directoryBlobs(archive)), states, 10, last, 11)
        await assertStates(log, states, watermark, last, 11)
        const { unexplained, accepted } = right(await logGaps(suite.bus, ['objects.leases.>'], stream))
        assert.ok(unexplained <= (accepted ?? -Infinity), 'no gap is taken for a loss')
        live = await heartbeat(await openLog(suite.bus), 'live', live)
        const resumed = right(await compactUpTo(suite.bus, 40, { archive }))
        assert.ok(resumed && [33, 40].includes(resumed.watermark))
        right(await compactUpTo(suite.bus, 44, { archive }))
        dead = await heartbeat(await openLog(suite.bus), 'dead', dead)
        await heartbeat(await openLog(suite.bus), 'dead', dead)
        await assertSound()
        await assertStates(withArchive(log, directoryBlobs(archive)), states, 10, last, 11)
      })

  it('still tells of what is lost', async () => {
    const log = await openLog(suite.bus)
    let live = 0
    const write = writer(log, 15)
    for (let i = 0; i < 6; i++) {
      live = await heartbeat(log, 'live', live)
      await write.many(5)
    }
    right(await acceptGaps(suite.bus, 0, stream))
    right(await compactUpTo(suite.bus, 20))
    const lost = right(await suite.bus.jetstream.message(stream, 30))
    right(await suite.bus.jetstream.purge(stream, { subject: lost?.subject ?? '', upTo: 30 }))
    live = await heartbeat(log, 'live', live)
    const { unexplained, accepted = 0 } = right(await logGaps(suite.bus, ['objects.leases.>'], stream))
    assert.ok(unexplained > accepted)
    assert.ok(right(await verifyLog(suite.bus, stream)).findings.length > 0)
  })

  it('has an archive that shows when it was changed', async () => {
    const log = await openLog(suite.bus)
    const write = writer(log, 16)
    await write.many(40)
    for (const watermark of [10, 20, 30]) right(await compactUpTo(suite.bus, watermark, { archive }))
    const blobs = directoryBlobs(archive)
    const report = right(await verifyArchive(suite.bus, blobs, stream))
    assert.deepEqual([report.segments, report.states, report.from, report.findings], [3, 3, 1, []])
    const segments = right(await blobs.list()).filter(({ name }) => name.startsWith('segment-'))
    const [first] = segments
    assert.ok(first)
    const other = async function* () {
      yield Buffer.from('other')
    }
    right(await blobs.write(first.name, other(), () => first.facts))
    const findings = right(await verifyArchive(suite.bus, blobs, stream)).findings
    assert.ok(
      findings.some(found => found.includes(segments[1]?.name ?? '-')),
      findings.join('\n'),
    )
    right(await blobs.remove(segments[2]?.name ?? ''))
    const missing = right(await verifyArchive(suite.bus, blobs, stream)).findings
    assert.ok(missing.some(found => found.includes('no segment reaches up to 30')))
  })
})
