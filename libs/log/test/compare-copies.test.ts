import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import type { Bus, JetStream } from '@periplus/bus'
import { E } from '@periplus/prelude'
import { natsCluster } from '../../bus/test/nats-cluster.ts'
import type { NatsCluster } from '../../bus/test/nats-cluster.ts'
import { eventOf, right } from '../src/contract/events.ts'
import { compareCopies, jetStreamEventLog } from '../src/index.ts'
import type { CopiesReport, CopyFinding, MissingHere } from '../src/index.ts'
import { judge } from '../src/verify/compare-copies.ts'

describe('compareCopies', function () {
  this.timeout(120_000)
  let cluster: NatsCluster
  let bus: Bus

  before(async () => {
    cluster = await natsCluster()
    bus = right(await connectBus({ servers: cluster.servers, name: 'test' }))
    // Three servers take a moment to know each other.
    for (;;) {
      const log = await jetStreamEventLog(bus, { cluster: 'test', replicas: 3 })
      if (E.isLeft(log)) continue
      for (let n = 0; n < 30; n++) right(await log.right.append(eventOf(`pod-${n}`)))
      return
    }
  })
  after(async () => {
    await bus.close()
    await cluster.dispose()
  })

  /** As soon as all of them say that they have everything; the test's time is the patience. */
  const report = async (isIt: (findings: readonly CopyFinding[]) => boolean = () => true): Promise<CopiesReport> => {
    for (;;) {
      const answer = await compareCopies(bus)
      if (E.isRight(answer) && answer.right.servers.length === 3 && isIt(answer.right.findings)) return answer.right
    }
  }
  const blocksOf = (name: string): readonly string[] =>
    readdirSync(cluster.directoryOf(name), { recursive: true, encoding: 'utf8' })
      .filter(path => path.includes('streams/OBJECTS/msgs/') && path.endsWith('.blk'))
      .map(path => join(cluster.directoryOf(name), path))

  it('finds nothing where all servers have the same', async () => {
    const { servers, findings, upTo } = await report()
    assert.deepEqual([...servers].sort(), ['a', 'b', 'c'])
    assert.deepEqual([upTo, findings], [30, []])
  })

  it('finds the server whose disk has lost what the others have, and names the events', async () => {
    const { servers } = await report()
    const damaged = servers[2] ?? ''
    const [block = ''] = blocksOf(damaged)
    const bytes = readFileSync(block)
    const at = bytes.indexOf('pod-20')
    assert.ok(at > 0)
    bytes[at + 5] = (bytes[at + 5] ?? 0) ^ 1
    writeFileSync(block, bytes)
    // Until the server forgets what it had in memory, it reads nothing from its disk.
    const { findings } = await report(found => found.length > 0)
    assert.deepEqual(
      findings.map(({ server, wrong }) => [server, wrong]),
      [[damaged, 'Missing']],
    )
    assert.equal(findings[0]?.from, 21)
    assert.match(findings[0]?.subject ?? '', /pod-20$/)
  })

  it('whoever reads the log there has them from the others, in order, and says so', async () => {
    const { findings } = await report(found => found.length > 0)
    const damaged = findings[0]?.server ?? ''
    const missing: MissingHere[] = []
    const there: Bus = {
      ...bus,
      jetstream: { ...bus.jetstream, read: request => bus.jetstream.read({ ...request, copyOf: damaged }) },
    }
    const log = right(
      await jetStreamEventLog(there, { cluster: 'test', replicas: 3, onMissingHere: found => missing.push(found) }),
    )
    const ends = new AbortController()
    const read: number[] = []
    for await (const batch of log.follow(1, ends.signal)) {
      read.push(...batch.map(({ sequence }) => sequence))
      if (read.length >= 30) ends.abort()
    }
    assert.deepEqual(
      read,
      Array.from({ length: 30 }, (_, n) => n + 1),
    )
    assert.deepEqual(missing, [{ from: 21, to: findings.length + 20, messages: findings.length }])
  })
})

describe('a heartbeat that one server has let go of, and another one not yet', function () {
  this.timeout(20_000)

  it('is no finding, as it goes there too', async () => {
    const message = (sequence: number) => ({
      subject: 'objects.a',
      sequence,
      time: 0,
      headers: '',
      data: Buffer.from(''),
    })
    let looks = 0
    const jetstream: Pick<JetStream, 'copies' | 'state' | 'read'> = {
      copies: async () =>
        E.right({ wanted: 2, leader: 'a', others: [{ name: 'b', current: true, offline: false, lag: 0 }] }),
      state: async () => E.right({ firstSequence: 1, lastSequence: 3, messages: 2, bytes: 0, metadata: {} }),
      read: async function* ({ copyOf, from, to = 3 }) {
        if (copyOf === 'a') looks++
        const there = copyOf === 'b' && looks <= 2 ? [1, 2, 3] : [1, 3]
        yield there.filter(sequence => sequence >= from && sequence <= to).map(message)
      },
    }
    assert.deepEqual(right(await compareCopies({ jetstream } as unknown as Bus)).findings, [])
    assert.equal(looks, 3)
  })
})

describe('of copies that differ', () => {
  const one = (digest: string, sound = true) => ({ sequence: 7, subject: 's', digest, isSound: () => sound })
  const verdict = (...copies: readonly (ReturnType<typeof one> | undefined)[]) =>
    judge(new Map(copies.map((copy, n) => [String(n), copy]))).map(({ server, wrong }) => `${server} ${wrong}`)

  it('those are wrong that are not as most are', () => {
    assert.deepEqual(verdict(one('x'), one('x'), one('x')), [])
    assert.deepEqual(verdict(one('x'), one('y'), one('x')), ['1 Different'])
    assert.deepEqual(verdict(one('x'), undefined, one('x')), ['1 Missing'])
    assert.deepEqual(verdict(undefined, undefined, one('x')), ['2 Alone'])
  })

  it('those are wrong of as many that are not what they say that was written', () => {
    assert.deepEqual(verdict(one('x', false), one('y'), one('z', false)), ['0 Different', '2 Different'])
    assert.deepEqual(verdict(undefined, one('y')), ['0 Missing'])
  })
})
