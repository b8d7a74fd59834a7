import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { ensureNatsServer, shippedFile, startNats } from '@periplus/service'
import type { LocalNats } from '@periplus/service'
import { eventOf, right } from '../src/contract/events.ts'
import { foreignMessages } from '../src/contract/junk.ts'
import { messageOf } from '../src/encoding/cloud-event.ts'
import { acceptGaps, jetStreamEventLog, logGaps, verifyLog } from '../src/index.ts'
import type { EventLog, LogReport, NewEvent } from '../src/index.ts'

describe('verifyLog', function () {
  this.timeout(120_000)
  let directory: string
  let nats: LocalNats
  let bus: Bus
  let log: EventLog
  const start = async (): Promise<void> => {
    const home = process.env['PERIPLUS_HOME'] || join(shippedFile('package-lock.json'), '../.periplus')
    const binary = right(await ensureNatsServer({ tools: join(home, 'tools'), say: () => undefined }))
    nats = right(await startNats({ binary, directory }))
    bus = right(await connectBus({ ...nats, name: 'test' }))
    log = right(await jetStreamEventLog(bus, { cluster: 'test' }))
  }
  const stop = async (): Promise<void> => {
    await bus.close()
    await nats.stop()
  }
  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-verify-'))
    await start()
  })
  afterEach(async () => {
    await stop()
    rmSync(directory, { recursive: true })
  })

  const append = async (name: string, changes: Partial<NewEvent> = {}): Promise<number> =>
    right(await log.append(eventOf(name, changes))).sequence
  const verified = async (): Promise<LogReport> => right(await verifyLog(bus))
  const lines = ({ findings }: LogReport): readonly string[] =>
    findings.map(({ sequence, object, subject, wrong }) => `${sequence} ${object ?? subject}: ${wrong}`)
  /** Past every check: what a disk, or somebody with the password, makes of an event. */
  const publish = async (event: NewEvent, change: (m: ReturnType<typeof messageOf>) => Partial<typeof m>) => {
    const made = messageOf('test', event)
    const bare = { ...made, headers: made.headers.filter(([name]) => !name.startsWith('Nats-')) }
    const answer = await bus.jetstream.publish({ ...bare, ...change(bare) })
    assert.equal(answer.tag, 'Stored')
  }
  const flipped = (body: Uint8Array): Buffer => {
    const bytes = Buffer.from(body)
    bytes[bytes.length - 4] = (bytes[bytes.length - 4] ?? 0) ^ 1
    return bytes
  }

  it('finds nothing wrong with what the log wrote, heartbeats and strangers included', async () => {
    const first = await append('a')
    const second = await append('a', { type: 'spec-changed', expected: first, previous: first })
    await append('a', { type: 'deleted', expected: second, previous: second })
    const beat = await append('lease')
    const next = await append('lease', { type: 'spec-changed', expected: beat, previous: beat, rollup: true })
    await append('lease', { type: 'spec-changed', expected: next, previous: next })
    const [junk] = foreignMessages({ group: '', resource: 'pods', namespace: 'default', name: 'junk' })
    assert.ok(junk)
    assert.equal((await bus.jetstream.publish(junk)).tag, 'Stored')
    const report = await verified()
    assert.deepEqual(lines(report), [])
    const counts = {
      messages: 6,
      events: 5,
      digests: 5,
      foreign: 1,
      rollups: 1,
      replaced: 1,
      missing: 1,
      firstMissing: 4,
      last: 7,
    }
    assert.deepEqual(report.counts, counts)
  })

  it('takes a heartbeat that comes while it reads for no loss', async () => {
    await append('a')
    const first = await append('lease')
    const beat = (previous: number): Promise<number> =>
      append('lease', { type: 'spec-changed', expected: previous, previous, rollup: true })
    let newest = await beat(first)
    let beats = 3
    const read: Bus['jetstream']['read'] = async function* (request) {
      if (beats-- > 0) newest = await beat(newest)
      yield* bus.jetstream.read(request)
    }
    const report = right(await verifyLog({ ...bus, jetstream: { ...bus.jetstream, read } }))
    assert.deepEqual(lines(report), [])
    const { last, missing, replaced } = report.counts
    assert.deepEqual([last, missing, replaced], [newest, 4, 4])
  })

  it('takes a heartbeat for no loss that comes when what it replaces was read, and counts that no more', async () => {
    await append('a')
    let newest = await append('lease')
    let beats = 2
    const read: Bus['jetstream']['read'] = async function* (request) {
      yield* bus.jetstream.read(request)
      if (beats-- > 0)
        newest = await append('lease', { type: 'spec-changed', expected: newest, previous: newest, rollup: true })
    }
    const report = right(await verifyLog({ ...bus, jetstream: { ...bus.jetstream, read } }))
    assert.deepEqual(lines(report), [])
    const { messages, events, digests, missing, replaced } = report.counts
    assert.deepEqual([messages, events, digests, missing, replaced], [2, 2, 2, 2, 2])
  })

  for (const [when, comes] of [
    ['a few times before what they replace is read', (reads: number) => reads <= 3],
    ['all the time', () => true],
  ] as const)
    it(`counts no gap where heartbeats come ${when}`, async () => {
      await append('a')
      let newest = await append('lease')
      const beat = async (): Promise<void> => {
        newest = await append('lease', { type: 'spec-changed', expected: newest, previous: newest, rollup: true })
      }
      for (let beats = 0; beats < 5; beats++) await beat()
      let reads = 0
      const read: Bus['jetstream']['read'] = async function* (request) {
        const before = comes(++reads) && (when !== 'all the time' || reads > 1)
        if (before) await beat()
        yield* bus.jetstream.read(request)
        if (comes(reads) && !before) await beat()
      }
      const gaps = right(await logGaps({ ...bus, jetstream: { ...bus.jetstream, read } }, ['objects.core.pods.>']))
      assert.equal(gaps.unexplained, 0)
    })

  it('finds a flipped byte, by the checksum and by the digest, and tells of it once', async () => {
    const event = eventOf('a')
    await publish(event, ({ data }) => ({ data: flipped(data) }))
    const after = { type: 'spec-changed', expected: 1, previous: 1 } as const
    await publish(eventOf('a', after), () => ({}))
    await publish(eventOf('b'), ({ data, headers }) => {
      const body = Buffer.from(Buffer.from(data).toString().replace('"name"', '"nane"'))
      const checksum = crc32(body).toString(16).padStart(8, '0')
      const digest = (value: string): string => checksum + value.slice(8)
      return { data: body, headers: headers.map(([key, value]) => [key, key === 'ce-digest' ? digest(value) : value]) }
    })
    assert.deepEqual(lines(await verified()), [
      '1 objects.core.pods.default.a: its body is not the one that was written',
      '3 pods.core/default/b: its SHA-256 is not the one that was written',
    ])
  })

  it('finds an event that is not there, and two that follow the same one', async () => {
    await append('a')
    await publish(eventOf('b', { type: 'spec-changed', previous: 1 }), () => ({}))
    await publish(eventOf('a', { type: 'spec-changed', previous: 1 }), () => ({}))
    await publish(eventOf('a', { type: 'spec-changed', previous: 1 }), () => ({}))
    assert.deepEqual(lines(await verified()), [
      '2 pods.core/default/b: the event before it, 1, is not there',
      '4 pods.core/default/a: it follows 1, and 3 of the same object stands between',
    ])
  })

  const blocksOf = (): readonly string[] =>
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter(path => path.includes('/OBJECTS/') && path.endsWith('.blk'))
      .toSorted((a, b) => Number(/(\d+)\.blk$/.exec(a)?.[1]) - Number(/(\d+)\.blk$/.exec(b)?.[1]))
      .map(path => join(directory, path))

  it('knows of each gap whether a rollup made it, and finds blocks that are lost from the middle', async () => {
    const heartbeats = ['objects.core.pods.default.lease.>', 'objects.core.pods.default.lease']
    const gaps = async () => right(await logGaps(bus, heartbeats))
    let beat = await append('lease', { rollup: true })
    const [junk] = foreignMessages({ group: '', resource: 'pods', namespace: 'default', name: 'lease' })
    assert.ok(junk)
    for (let i = 0; i < 5; i++) {
      if (i === 2) assert.equal((await bus.jetstream.publish(junk)).tag, 'Stored')
      beat = await append('lease', { type: 'spec-changed', expected: beat, previous: beat, rollup: true })
    }
    assert.deepEqual(await gaps(), { unexplained: 0, accepted: undefined, last: 7 })
    right(await acceptGaps(bus, 0))
    assert.deepEqual(lines(await verified()), [])
    const large = { data: { text: 'x'.repeat(900_000) } }
    for (let i = 0; i < 20; i++) {
      const { body, ...event } = eventOf(`large-${i}`)
      const object = { ...(JSON.parse(Buffer.from(body).toString()) as object), ...large }
      right(await log.append({ ...event, body: Buffer.from(JSON.stringify(object)) }))
    }
    await stop()
    const blocks = blocksOf()
    assert.ok(blocks.length > 2)
    truncateSync(blocks[1] ?? '', 1_000)
    await start()
    const { unexplained, accepted, last } = await gaps()
    assert.deepEqual([accepted, last], [0, 27])
    assert.ok(unexplained > 3)
    assert.match(lines(await verified()).join('\n'), new RegExp(`${unexplained} sequences from here on are not there`))
    right(await acceptGaps(bus, unexplained))
    assert.deepEqual(lines(await verified()), [])
  })

  it('finds the end of a log that a truncated block has lost', async () => {
    for (let i = 0; i < 50; i++) await append(`pod-${i}`)
    await stop()
    const block = blocksOf().at(-1) ?? ''
    truncateSync(block, Math.floor(statSync(block).size / 2))
    await start()
    const report = await verified()
    assert.ok(report.counts.messages < 50)
    assert.ok(report.findings.length > 0)
    assert.match(lines(report).join('\n'), /the log ends here, and the stream has counted up to 50/)
  })
})
