import assert from 'node:assert/strict'
import { E, systemClock } from '@periplus/prelude'
import type { LogWriter } from './backend.ts'
import { delivery } from './delivery/deliver.ts'
import type { Delivered } from './delivery/deliver.ts'
import type { LogLine } from './line.ts'
import { lineOf, linesOf, sourceOf } from './contract/lines.ts'
import { contractLimits, openWriter, sendTo } from './contract/stage.ts'
import type { BackendHarness, BackendTraits, ReceivedLine } from './contract/stage.ts'

export { answering, httpRecorder } from './contract/http-recorder.ts'
export type { Behaviour, HttpRecorder, RecordedRequest } from './contract/http-recorder.ts'
export { lineOf, linesOf, sourceOf } from './contract/lines.ts'
export { contractLimits, openWriter } from './contract/stage.ts'
export type { BackendFaults, BackendHarness, BackendTraits, ReceivedLine } from './contract/stage.ts'

const numbersOf = (lines: readonly ReceivedLine[], container: string): readonly number[] =>
  lines.filter(line => line.container === container).map(({ number }) => number)

const inOrder = (numbers: readonly number[]): readonly number[] => [...numbers].sort((a, b) => a - b)

const deliverAll = (writer: LogWriter, lines: readonly LogLine[], signal = new AbortController().signal) =>
  delivery(writer, { clock: systemClock, firstWait: 5, longestWait: 200 }).deliver(lines, signal)

const all = (lines: readonly LogLine[]): Delivered => ({ delivered: lines.length, lost: [], left: [] })

/** What every adapter promises to the router, as mocha tests. */
export const logBackendContract = (
  name: string,
  { faults, poison, storesOnce = false, network = false, keepsBytes = false }: BackendTraits,
  start: () => Promise<BackendHarness>,
): void => {
  describe(`the contract of log backends, held by ${name}`, function () {
    this.timeout(60_000)
    let on: BackendHarness
    const writers: LogWriter[] = []
    const open = async (more = {}): Promise<LogWriter> => {
      const writer = await openWriter(on, more)
      writers.push(writer)
      return writer
    }
    beforeEach(async () => (on = await start()))
    afterEach(async () => {
      for (const writer of writers.splice(0)) await writer.close()
      await on.close()
    })
    const can = (fault: (typeof faults)[number]): boolean => faults.includes(fault)

    it('delivers lines with where they come from', async () => {
      const line = lineOf(sourceOf(), 1, 'hello "world" \\ ] \u00e9\u4e16')
      assert.deepEqual(await deliverAll(await open(), [line]), all([line]))
      assert.deepEqual(await on.received(1), [
        {
          ...{ namespace: 'shop', pod: 'web-0', container: 'main', number: 1, stream: 'stdout' },
          message: 'hello "world" \\ ] \u00e9\u4e16',
        },
      ])
    })

    it("keeps the order of a container's lines, over several batches", async () => {
      const writer = await open()
      const [a, b] = [sourceOf('a'), sourceOf('b')]
      for (let i = 0; i < 10; i++) {
        const batch = linesOf(a, i * 20 + 1, i * 20 + 20).flatMap(line => [line, lineOf(b, line.number)])
        assert.deepEqual(await deliverAll(writer, batch), all(batch))
      }
      await writer.flush()
      const lines = await on.received(400)
      for (const container of ['a', 'b'])
        assert.deepEqual(
          numbersOf(lines, container),
          Array.from({ length: 200 }, (_, i) => i + 1),
        )
    })

    it('takes lines of every kind, or says which it refuses', async () => {
      const bytes = Buffer.from([0, 0xff, 0xfe, 10, 13, 0x80, 65, 0x1b])
      const odd = ['', ' ', '{"a":1}', 'a\nb', '"', '\u0000', '\u2028', 'x'.repeat(50_000), ']'].map((text, i) =>
        lineOf(sourceOf(), i + 1, text),
      )
      const lines = [...odd, lineOf(sourceOf(), 10, bytes), lineOf(sourceOf(), 11, 'after')]
      const { delivered, lost, left } = await deliverAll(await open(), lines)
      assert.deepEqual([delivered + lost.length, left], [lines.length, []])
      const received = await on.received(delivered)
      const refused = new Set(lost.map(({ line }) => line.number))
      assert.deepEqual(
        inOrder(numbersOf(received, 'main')),
        lines.map(({ number }) => number).filter(number => !refused.has(number)),
      )
      assert.equal(received.find(({ number }) => number === 8)?.message.length, 50_000)
      if (keepsBytes) assert.equal(received.find(({ number }) => number === 10)?.message, bytes.toString('latin1'))
    })

    it('goes on where another writer stopped, and loses nothing that was sent again', async () => {
      const first = await open()
      const lines = linesOf(sourceOf(), 1, 30)
      await deliverAll(first, lines.slice(0, 20))
      await first.close()
      await deliverAll(await open(), lines.slice(10))
      const numbers = numbersOf(await on.received(storesOnce ? 30 : 40), 'main')
      assert.deepEqual(
        [...new Set(inOrder(numbers))],
        lines.map(({ number }) => number),
      )
      if (storesOnce) assert.equal(numbers.length, 30)
    })

    it('refuses a configuration that has what it does not know, and says where', async () => {
      const { backend, config, credentials = new Map<string, string>(), limits } = on
      const given = { ...config, nonsense: 1 }
      const opened = await backend.open(given, credentials, { ...contractLimits, ...limits })()
      assert.ok(E.isLeft(opened) && opened.left.tag === 'Invalid')
      assert.deepEqual(
        opened.left.faults.map(({ field }) => field),
        ['nonsense'],
      )
      for (const odd of [7, 'text', [], { ...config, __proto__: null, url: {}, host: {}, name: {} }])
        await backend.open(odd, credentials, { ...contractLimits, ...limits })()
    })

    it('closes twice, and takes nothing afterwards', async () => {
      const writer = await open()
      await sendTo(writer, [lineOf(sourceOf(), 1)])
      await on.received(1)
      await writer.close()
      await writer.close()
      assert.equal((await sendTo(writer, [lineOf(sourceOf(), 2)])).tag, 'Unavailable')
    })

    if (network)
      it('goes nowhere where it may not go', async () => {
        const asked: string[] = []
        const writer = await open({ mayReach: (address: string) => (asked.push(address), false) })
        const answer = await sendTo(writer, [lineOf(sourceOf(), 1)])
        assert.equal(answer.tag, 'Unavailable')
        assert.match('why' in answer ? answer.why : '', /not allowed/)
        assert.notDeepEqual(asked, [])
        assert.deepEqual(await on.received(0), [])
      })

    if (can('away'))
      it('says that a backend is away, and delivers when it is back', async () => {
        const writer = await open()
        const lines = linesOf(sourceOf(), 1, 20)
        await deliverAll(writer, lines.slice(0, 5))
        // Where nothing is acknowledged, what it has not read yet would go with it.
        await on.received(5)
        await on.faults.away?.()
        assert.equal((await sendTo(writer, lines.slice(5))).tag, 'Unavailable')
        const delivered = deliverAll(writer, lines.slice(5))
        await on.faults.back?.()
        assert.deepEqual(await delivered, all(lines.slice(5)))
        const numbers = numbersOf(await on.received(20), 'main')
        assert.deepEqual(
          [...new Set(numbers)],
          lines.map(({ number }) => number),
        )
      })

    if (can('silent')) {
      it('waits for an answer as long as it may, and then says so', async () => {
        await on.faults.silent?.()
        const answer = await sendTo(await open({ answerWithin: 50 }), [lineOf(sourceOf(), 1)])
        assert.equal(answer.tag, 'Unavailable')
        assert.match('why' in answer ? answer.why : '', /no answer within 0\.05 s/)
      })

      it('lets go of an answer that does not come when it is told to', async () => {
        await on.faults.silent?.()
        const writer = await open()
        const stop = new AbortController()
        const delivered = deliverAll(writer, linesOf(sourceOf(), 1, 3), stop.signal)
        setImmediate(() => stop.abort())
        assert.deepEqual((await delivered).left.length, 3)
      })
    }

    if (can('partly'))
      it('sends only those again that were not taken', async () => {
        await on.faults.partly?.()
        const lines = linesOf(sourceOf(), 1, 5)
        assert.deepEqual(await deliverAll(await open(), lines), all(lines))
        assert.deepEqual(numbersOf(await on.received(5), 'main'), [1, 3, 4, 5, 2])
      })

    if (poison)
      it('names the line that will never be taken, and delivers those around it', async () => {
        const lines = [...linesOf(sourceOf(), 1, 6), poison, ...linesOf(sourceOf(), 8, 12)]
        const { delivered, lost, left } = await deliverAll(await open(), lines)
        assert.deepEqual([delivered, lost.map(({ line }) => line), left], [11, [poison], []])
        assert.deepEqual(
          [...new Set(inOrder(numbersOf(await on.received(11), 'main')))],
          [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12],
        )
      })
  })
}
