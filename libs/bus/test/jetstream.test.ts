import assert from 'node:assert/strict'
import { connect } from 'nats'
import { jetstreamManager, RetentionPolicy } from '@nats-io/jetstream'
import type { StreamConfig } from '@nats-io/jetstream'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { temporaryNats } from '@periplus/service'
import type { LocalNats, Temporary } from '@periplus/service'
import { connectBus } from '../src/index.ts'
import type { Bus, StoredMessage, StreamSettings } from '../src/index.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}

/** Newer than the client's types. */
type StreamConfigOf = Partial<StreamConfig> & { readonly name: string }

const settings = (name: string): StreamSettings => ({
  name,
  subjects: [`${name}.>`],
  replicas: 1,
  maxAgeMilliseconds: 0,
  maxBytes: -1,
  duplicateWindowMilliseconds: 120_000,
  rollup: true,
  denyDelete: true,
  durability: 'synced',
  metadata: { 'io.periplus.test': 'yes' },
})

describe('bus and JetStream', function () {
  let nats: Temporary<LocalNats>
  let bus: Bus
  const another = async (): Promise<Bus> => right(await connectBus({ ...nats.server, name: 'test' }))
  const publish = (subject: string, text: string, headers: readonly (readonly [string, string])[] = []) =>
    bus.jetstream.publish({ subject, headers, data: Buffer.from(text) })

  const message = (subject: string) => ({ subject, headers: [], data: Buffer.from('x') })
  /** An operator with a client of his own. */
  const stranger = async () => {
    const { servers, user, password } = nats.server
    const connection = await connect({ servers, user, pass: password })
    return { manager: await jetstreamManager(connection), close: () => connection.close() }
  }

  before(async function () {
    this.timeout(120_000)
    nats = await temporaryNats()
    bus = await another()
  })
  after(async () => {
    await bus.close()
    await nats.dispose()
  })

  it('says why it cannot connect', async () => {
    const refused = await connectBus({ servers: '127.0.0.1:1', name: 'test', timeoutMilliseconds: 500 })
    assert.ok(E.isLeft(refused))
    assert.equal(refused.left.tag, 'Unavailable')
    const stranger = await connectBus({ ...nats.server, password: 'wrong', name: 'test' })
    assert.ok(E.isLeft(stranger))
    assert.match(stranger.left.message, /Authorization/i)
  })

  it('creates a stream once, adjusts it, and refuses what cannot be adjusted', async () => {
    right(await bus.jetstream.ensure(settings('ONE')))
    const again = right(await bus.jetstream.ensure({ ...settings('ONE'), maxBytes: 1_000_000 }))
    assert.deepEqual([again.firstSequence, again.lastSequence, again.metadata['io.periplus.test']], [0, 0, 'yes'])
    const refused = await bus.jetstream.ensure({ ...settings('TWO'), subjects: ['ONE.>'] })
    assert.ok(E.isLeft(refused))
    assert.equal(refused.left.tag, 'Rejected')
  })

  it('has more readers of a stream at once than NATS allows where nothing is said of it', async function () {
    this.timeout(60_000)
    right(await bus.jetstream.ensure(settings('MANY')))
    for (let i = 0; i <= 1_000; i += 50)
      await Promise.all(
        Array.from({ length: 50 }, async (_, j) =>
          right(await bus.jetstream.offer('MANY', { name: `r${i + j}`, subjects: ['MANY.a'], from: 1 })),
        ),
      )
    right(await bus.jetstream.remove('MANY'))
  })

  it('brings a stream to its settings whatever somebody made of it, and says of which it cannot', async () => {
    const { manager, close } = await stranger()
    await manager.streams.add({ name: 'BENT', subjects: ['BENT.>'], max_consumers: 5, max_msg_size: 100, no_ack: true })
    right(await bus.jetstream.ensure(settings('BENT')))
    const { config } = await manager.streams.info('BENT')
    const { max_consumers, max_msg_size, no_ack = false, num_replicas } = config
    assert.deepEqual([max_consumers, max_msg_size, no_ack, num_replicas], [1_000_000, -1, false, 1])
    assert.equal((await bus.jetstream.publishBatch(['BENT.a', 'BENT.b'].map(message))).tag, 'Stored')

    await manager.streams.add({ name: 'LOOSE', subjects: ['LOOSE.>'], persist_mode: 'async' } as StreamConfigOf)
    await manager.streams.add({ name: 'AGEING', subjects: ['AGEING.>'], allow_msg_ttl: true })
    await manager.streams.add({ name: 'QUEUE', subjects: ['QUEUE.>'], retention: RetentionPolicy.Workqueue })
    const refusal = async (name: string): Promise<string> => {
      const refused = await bus.jetstream.ensure(settings(name))
      assert.ok(E.isLeft(refused), name)
      assert.equal(refused.left.tag, 'Rejected')
      return refused.left.message
    }
    assert.match(await refusal('LOOSE'), /^stream LOOSE: persist_mode is "async", .* cannot be changed$/)
    const copied = await bus.jetstream.ensure({ ...settings('BENT'), replicas: 3 })
    assert.ok(E.isLeft(copied))
    assert.match(copied.left.message, /^stream BENT: replicas > 1 not supported/)
    assert.match(await refusal('AGEING'), /^stream AGEING: .*TTL/i)
    assert.match(await refusal('QUEUE'), /^stream QUEUE: /)
    await close()
  })

  it('says what is stored to those who listen, of a stream that was there before, too, and lets that be', async () => {
    right(await bus.jetstream.ensure(settings('TOLD')))
    const told = { ...settings('TOLD'), republish: { source: 'TOLD.>', destination: 'heard.>' } }
    right(await bus.jetstream.ensure(told))
    right(await bus.jetstream.ensure(settings('TOLD')))
    right(await bus.jetstream.ensure(told))
    const heard: string[] = []
    const sequence = /^Nats-Sequence: (.*)$/m
    const listening = bus.subscribe('heard.>', ({ subject, data, headers }) =>
      heard.push([subject, data.toString(), sequence.exec(headers)?.[1]?.trim()].join(' ')),
    )
    for (const text of ['one', 'two']) assert.equal((await publish('TOLD.a', text)).tag, 'Stored')
    assert.equal((await publish('TOLD.a', 'refused', [['Nats-Expected-Last-Sequence', '7']])).tag, 'Refused')
    right(await bus.jetstream.state('TOLD'))
    assert.deepEqual(heard, ['heard.a one 1', 'heard.a two 2'])
    listening.close()
    const other = { source: 'TOLD.>', destination: 'TOLD.>' }
    assert.ok(E.isLeft(await bus.jetstream.ensure({ ...told, republish: other })))
    const { manager, close } = await stranger()
    assert.deepEqual((await manager.streams.info('TOLD')).config.republish, { src: 'TOLD.>', dest: 'heard.>' })
    await close()
  })

  it('reads all that there is by what somebody else makes for it, which goes by itself', async function () {
    this.timeout(30_000)
    right(await bus.jetstream.ensure(settings('OFFERED')))
    for (const subject of ['OFFERED.a', 'OFFERED.b', 'OFFERED.a']) await publish(subject, subject)
    const by = () => bus.jetstream.offer('OFFERED', { name: 'r', subjects: ['OFFERED.a'], from: 1 })
    const read: number[] = []
    for await (const messages of bus.jetstream.read({ stream: 'OFFERED', from: 1, by }))
      read.push(...messages.map(({ sequence }) => sequence))
    assert.deepEqual(read, [1, 3])
    const { manager, close } = await stranger()
    while ((await manager.streams.info('OFFERED')).state.consumer_count > 0)
      await new Promise(resolve => setTimeout(resolve, 100))
    await close()
  })

  it('refuses what the server would cut it off for', async () => {
    right(await bus.jetstream.ensure(settings('LIMITS')))
    const lost: string[] = []
    const forget = bus.onStatus(status => lost.push(status))
    const refused = async (subject: string, size: number, header: string): Promise<string> => {
      const headers = [['X-Long', header]] as const
      const answer = await bus.jetstream.publish({ subject, headers, data: Buffer.alloc(size) })
      assert.equal(answer.tag, 'Refused')
      return answer.tag === 'Refused' ? answer.message : ''
    }
    assert.match(await refused(`LIMITS.${'x'.repeat(5_000)}`, 1, ''), /^the subject has 5007 bytes, the limit is 3500$/)
    assert.match(await refused('LIMITS.a b', 1, ''), /^'LIMITS\.a b' is no subject$/)
    assert.match(await refused('LIMITS..a', 1, ''), /is no subject$/)
    assert.match(await refused('LIMITS.a', bus.maxPayload, ''), /^the message has \d+ bytes, the limit is 4194304$/)
    assert.match(await refused('LIMITS.a', bus.maxPayload - 70_000, 'x'.repeat(70_000)), /the limit is 4194304$/)
    assert.match(await refused('LIMITS.a', 1, 'x'.repeat(70_000)), /header size exceeds/)
    for (const [subject, size] of [
      ['x'.repeat(5_000), 1],
      ['a b', 1],
      ['a', bus.maxPayload + 1],
    ] as const) {
      assert.equal(bus.publish(subject, Buffer.alloc(size)), false)
      const asked = await bus.request(subject, Buffer.alloc(size))
      assert.ok(E.isLeft(asked))
      assert.equal(asked.left.tag, 'Rejected')
    }
    assert.equal((await publish('LIMITS.a', 'fine')).tag, 'Stored')
    forget()
    assert.deepEqual(lost, [], 'the connection is the same all the time')
  })

  it('publishes with headers and reads them back, with many in flight', async () => {
    right(await bus.jetstream.ensure(settings('MANY')))
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, i) => publish(`MANY.${i}`, `body ${i}`, [['X-Number', String(i)]])),
    )
    const sequences = answers.map(answer => (answer.tag === 'Stored' ? answer.sequence : NaN))
    assert.deepEqual(
      sequences.toSorted((a, b) => a - b),
      Array.from({ length: 500 }, (_, i) => i + 1),
    )
    const read: StoredMessage[] = []
    for await (const batch of bus.jetstream.read({ stream: 'MANY', from: 1, to: 500 })) read.push(...batch)
    assert.deepEqual(
      read.map(({ sequence }) => sequence),
      sequences.toSorted((a, b) => a - b),
    )
    for (const { subject, headers, data } of read) {
      const number = subject.split('.')[1]
      assert.equal(headers, `X-Number: ${number}\r\n`)
      assert.equal(Buffer.from(data).toString(), `body ${number}`)
    }
    const one = right(await bus.jetstream.message('MANY', 7))
    assert.deepEqual(Buffer.from(one?.data ?? []), Buffer.from(read[6]?.data ?? []))
    assert.equal(one?.headers, read[6]?.headers)
    assert.equal(right(await bus.jetstream.message('MANY', 501)), undefined)
    assert.equal(right(await bus.jetstream.lastMessage('MANY', 'MANY.none')), undefined)
  })

  it('reads parts, filtered, and ends where there is nothing', async () => {
    const read = async (request: { from: number; to: number; subject?: string }): Promise<number[]> => {
      const found: number[] = []
      for await (const batch of bus.jetstream.read({ stream: 'MANY', ...request }))
        found.push(...batch.map(({ sequence }) => sequence))
      return found
    }
    assert.deepEqual(await read({ from: 10, to: 12 }), [10, 11, 12])
    assert.deepEqual(await read({ from: 499, to: 900 }), [499, 500])
    assert.deepEqual(await read({ from: 501, to: 900 }), [])
    assert.deepEqual(await read({ from: 1, to: 500, subject: 'MANY.none' }), [])
    const [only] = await read({ from: 1, to: 500, subject: 'MANY.42' })
    assert.ok(only)
    assert.deepEqual(await read({ from: only + 1, to: 500, subject: 'MANY.42' }), [])
  })

  it('refuses a wrong sequence by its code', async () => {
    const answer = await publish('MANY.1', 'late', [['Nats-Expected-Last-Subject-Sequence', '0']])
    assert.ok(answer.tag === 'Refused')
    assert.equal(answer.code, 10071)
  })

  it('goes on reading after the server was killed, without gaps or repetitions', async () => {
    right(await bus.jetstream.ensure(settings('KILL')))
    const stop = new AbortController()
    const read: number[] = []
    let expected = 40
    const reading = (async () => {
      for await (const batch of bus.jetstream.read({ stream: 'KILL', from: 1, signal: stop.signal })) {
        read.push(...batch.map(({ sequence }) => sequence))
        if (read.length >= expected) stop.abort()
      }
    })()
    for (let i = 0; i < 20; i++) assert.equal((await publish('KILL.a', `${i}`)).tag, 'Stored')
    const statuses: string[] = []
    const forget = bus.onStatus(status => statuses.push(status))
    await nats.server.kill()
    assert.equal((await publish('KILL.a', 'into the void')).tag, 'Unknown')
    await nats.restart()
    await bus.whenConnected()
    for (let stored = 0; stored < 20;) if ((await publish('KILL.a', 'more')).tag === 'Stored') stored++
    const { lastSequence } = right(await bus.jetstream.state('KILL'))
    expected = lastSequence
    if (read.length >= expected) stop.abort()
    await reading
    forget()
    assert.deepEqual(
      read,
      Array.from({ length: expected }, (_, i) => i + 1),
    )
    assert.deepEqual(statuses, ['disconnected', 'connected'])
  })

  it('goes on with the same consumer when this process stood still, and its server did not', async function () {
    this.timeout(30_000)
    right(await bus.jetstream.ensure(settings('stood')))
    const stop = new AbortController()
    const read = bus.jetstream.read({ stream: 'stood', from: 1, signal: stop.signal })[Symbol.asyncIterator]()
    const { manager, close } = await stranger()
    const readers = async (): Promise<readonly string[]> =>
      (await manager.consumers.list('stood').next()).map(({ name }) => name)
    let [next, text] = [read.next(), '']
    const reads = async (wanted: string): Promise<void> => {
      await publish('stood.a', wanted)
      for (; text !== wanted; next = read.next()) {
        const { value } = await next
        text = Buffer.from((value as readonly StoredMessage[] | undefined)?.at(-1)?.data ?? []).toString()
      }
    }
    await reads('before')
    const before = await readers()
    assert.equal(before.length, 1)
    // As where a thousand of them share a processor that others want. The server says every second that it lives.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000)
    await reads('afterwards')
    assert.deepEqual(await readers(), before)
    stop.abort()
    await next
    await close()
  })

  it('reads ahead of a slow reader by a bounded amount', async () => {
    right(await bus.jetstream.ensure(settings('SLOW')))
    const body = 'x'.repeat(100_000)
    for (let i = 0; i < 200; i++) await publish('SLOW.a', body)
    const before = process.memoryUsage().arrayBuffers
    let read = 0
    let most = 0
    for await (const batch of bus.jetstream.read({ stream: 'SLOW', from: 1, to: 200 })) {
      read += batch.length
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
      await new Promise(resolve => setImmediate(resolve))
    }
    assert.equal(read, 200)
    assert.ok(most < 32 * 1024 * 1024, `${most} bytes`)
  })

  it('stops reading when told to, and when closed', async () => {
    const stop = new AbortController()
    const reading = (async () => {
      for await (const _ of bus.jetstream.read({ stream: 'MANY', from: 501, signal: stop.signal })) assert.fail()
    })()
    stop.abort()
    await reading
    const other = await another()
    let ended: Promise<void> = Promise.resolve()
    const first = new Promise<void>((resolve, reject) => {
      const closed = (async () => {
        for await (const _ of other.jetstream.read({ stream: 'MANY', from: 500 })) resolve()
      })()
      closed.catch(reject)
      ended = closed
    })
    await first
    await other.close()
    await assert.rejects(ended, /closed/)
  })
})
