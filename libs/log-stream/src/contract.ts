import assert from 'node:assert/strict'
import { frameOf, numbers, right, runOf, take, upTo } from './contract/frames.ts'
import type { LogStream } from './log-stream.ts'
import { logSubject } from './subject.ts'

export { frameOf, numbers, right, runOf, take, upTo } from './contract/frames.ts'

export interface LogStreamUnderTest {
  readonly stream: LogStream
  /** Stores anything, as whoever reaches the stream can. */
  store(subject: string, bytes: Uint8Array): Promise<void>
  close(): Promise<void>
}

/** What every `LogStream` does; a mocha suite for each adapter. `open` gives an empty one for every test. */
export const logStreamContract = (name: string, open: () => Promise<LogStreamUnderTest>): void => {
  describe(`${name} keeps the contract of log streams`, () => {
    let opened: LogStreamUnderTest
    let stream: LogStream
    beforeEach(async () => {
      opened = await open()
      stream = opened.stream
    })
    afterEach(() => opened.close())
    const append = async (...frames: readonly Parameters<LogStream['append']>[0][]): Promise<readonly number[]> => {
      const positions: number[] = []
      for (const frame of frames) positions.push(right(await stream.append(frame)))
      return positions
    }

    it('gives back the lines as they were, with their run, number, time and the sequence of objects', async () => {
      await append(frameOf(runOf(), 1, 3))
      const [batch] = await take(stream.read({}))
      assert.deepEqual(
        batch?.records.map(record => ({ ...record, bytes: Buffer.from(record.bytes).toString() })),
        upTo(3).map(number => ({
          ...runOf(),
          ...{ stream: 'stdout', number, objectSequence: 7, bytes: `line ${number}` },
          time: 1_767_323_045_123_456_789n + BigInt(number) * 1_000_000n,
        })),
      )
    })

    it('stores a frame once that is appended again', async () => {
      const [first, again] = await append(frameOf(runOf(), 1, 2), frameOf(runOf(), 1, 2))
      assert.equal(first, again)
      assert.equal(right(await stream.bounds()).last, 1)
    })

    it('gives each line once where frames overlap, and takes a longer frame from the same line on for another', async () => {
      await append(frameOf(runOf(), 1, 2), frameOf(runOf(), 1, 4), frameOf(runOf(), 3, 6), frameOf(runOf(), 5, 6))
      const batches = await take(stream.read({}))
      assert.deepEqual(numbers(batches), upTo(6))
      assert.deepEqual(
        batches.flatMap(({ losses }) => losses),
        [],
      )
    })

    it('says which lines are missing, and gives them when they come late', async () => {
      await append(frameOf(runOf(), 1, 2), frameOf(runOf(), 7, 8), frameOf(runOf(), 3, 8))
      const batches = await take(stream.read({}))
      assert.deepEqual(numbers(batches), [1, 2, 7, 8, 3, 4, 5, 6])
      assert.deepEqual(
        batches.flatMap(({ losses }) => losses),
        [{ run: runOf(), reason: 'Missing', lines: 4, bytes: 0 }],
      )
    })

    it('says what the node lost, and that a run is over', async () => {
      const losses = [{ reason: 'Quota', lines: 2, bytes: 90 }] as const
      await append(frameOf(runOf(), 1, 3), frameOf(runOf(), 4, 5, { records: [], losses, ended: true }))
      const batches = await take(stream.read({}))
      assert.deepEqual(batches.at(-1)?.losses, [{ run: runOf(), ...losses[0] }])
      assert.deepEqual(batches.at(-1)?.ended, runOf())
      assert.equal(batches[0]?.ended, undefined)
    })

    it('numbers each run for itself', async () => {
      const runs = [runOf(), runOf({ restart: 1 }), runOf({ podUid: 'u2' }), runOf({ container: 'other' })]
      await append(...runs.map(run => frameOf(run, 1, 2)))
      assert.deepEqual(numbers(await take(stream.read({}))), [1, 2, 1, 2, 1, 2, 1, 2])
    })

    it('reads from a position or a moment on, and says where what was wanted has expired', async () => {
      const positions = await append(...upTo(5).map(number => frameOf(runOf(), number, number)))
      assert.deepEqual(numbers(await take(stream.read({ from: positions[3]! }))), [4, 5])
      assert.deepEqual(numbers(await take(stream.read({ to: positions[1]! }))), [1, 2])
      assert.deepEqual(numbers(await take(stream.read({ since: 0 }))), upTo(5))
      assert.deepEqual(numbers(await take(stream.read({ since: Date.now() + 3_600_000 }))), [])
      assert.equal(right(await stream.expire({}, positions[2]!)), 3)
      const all = await take(stream.read({}))
      assert.deepEqual(numbers(all), [4, 5])
      assert.deepEqual(all[0]?.losses, [{ run: runOf(), reason: 'Expired', lines: 3, bytes: 0 }])
      const [told, ...rest] = await take(stream.read({ from: positions[1]! }))
      assert.deepEqual(told?.losses, [{ reason: 'Expired', lines: 0, bytes: 0 }])
      assert.deepEqual(numbers(rest), [4, 5])
      assert.equal(right(await stream.bounds()).first, positions[3])
    })

    it('reads of a namespace, a pod, a container alone, and lets go of such alone', async () => {
      const dotted = runOf({ pod: 'web.0', podUid: 'u3' })
      const elsewhere = runOf({ namespace: 'other', podUid: 'u4' })
      await append(frameOf(runOf(), 1, 1), frameOf(dotted, 1, 2), frameOf(elsewhere, 1, 3))
      const [last] = await append(frameOf(runOf({ container: 'sidecar' }), 1, 4))
      const count = async (scope: Parameters<LogStream['expire']>[0]): Promise<number> =>
        numbers(await take(stream.read({ scope }))).length
      assert.equal(await count({ namespace: 'default' }), 7)
      assert.equal(await count({ namespace: 'default', pod: 'web.0' }), 2)
      assert.equal(await count({ namespace: 'default', pod: 'counter', container: 'sidecar' }), 4)
      assert.equal(await count({ namespace: '*' }), 0)
      assert.equal(await count({ namespace: 'default.web' }), 0)
      assert.equal(right(await stream.expire({ namespace: 'default' }, last!)), 3)
      assert.equal(await count({}), 3)
    })

    it('follows what comes until it is told to stop', async () => {
      await append(frameOf(runOf(), 1, 2))
      const enough = new AbortController()
      const scope = { namespace: 'default', pod: 'counter' }
      const following = take(stream.read({ scope, follow: true, signal: enough.signal }), 4)
      await append(frameOf(runOf({ namespace: 'other' }), 1, 2), frameOf(runOf(), 3, 4))
      assert.deepEqual(numbers(await following), upTo(4))
      const ending = take(stream.read({ scope, follow: true, signal: enough.signal }))
      enough.abort()
      await ending
    })

    it('steps over what is no frame, or is on the subject of another', async () => {
      await opened.store(logSubject(runOf()), Buffer.from('{"line":"of an older time"}'))
      await opened.store(logSubject(runOf({ namespace: 'other' })), frameOf(runOf(), 1, 2).bytes)
      await append(frameOf(runOf(), 1, 2))
      const batches = await take(stream.read({}))
      assert.deepEqual(numbers(batches), [1, 2])
      assert.deepEqual(
        batches.flatMap(({ losses }) => losses.map(({ reason, run }) => [reason, run])),
        [
          ['Unreadable', undefined],
          ['Unreadable', undefined],
        ],
      )
    })
  })
}
