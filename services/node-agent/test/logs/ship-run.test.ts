import assert from 'node:assert/strict'
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { E } from '@periplus/prelude'
import { memoryLogStream } from '@periplus/log-stream'
import type { LogStream } from '@periplus/log-stream'
import { rotatedFiles } from '../../src/logs/log-files.ts'
import { shippedLog } from './shipped.ts'
import type { ShippedLog } from './shipped.ts'

const entry = (text: string, stream = 'stdout', tag = 'F'): string =>
  `2026-01-02T03:04:05.123456789Z ${stream} ${tag} ${text}\n`
const entries = (from: number, to: number): string =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(`line ${from + i}`)).join('')
const lines = (to: number, from = 1): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`)

describe('sending a log to the stream', function () {
  this.timeout(30_000)
  let log: ShippedLog
  beforeEach(async () => {
    log = await shippedLog()
  })
  afterEach(() => log.close())
  const losses = async () => (await log.batches()).flatMap(batch => batch.losses.map(loss => ({ ...loss, run: 0 })))
  /** Resolves when the stream has so many lines. */
  const has = async (count: number, stream: LogStream = log.stream): Promise<void> => {
    let seen = 0
    for await (const { records } of stream.read({ follow: true })) {
      seen += records.length
      if (seen >= count) return
    }
  }

  it('numbers lines, joins pieces of each stream, and says that the run is over', async () => {
    await writeFile(
      log.path,
      entry('o1 ', 'stdout', 'P') +
        entry('e1 ', 'stderr', 'P') +
        entry('whole', 'stderr') +
        entry('o2') +
        entry('\xff'),
      'latin1',
    )
    log.end()
    await log.ship().done
    const batches = await log.batches()
    assert.deepEqual(await log.lines(), ['e1 whole', 'o1 o2', '\xff'])
    assert.deepEqual(
      batches.flatMap(({ records }) => records.map(({ number, stream }) => `${number} ${stream}`)),
      ['1 stderr', '2 stdout', '3 stdout'],
    )
    assert.equal(batches.at(-1)?.ended?.pod, 'p')
  })

  it('goes on where it was killed, with the same numbers', async () => {
    await writeFile(log.path, entries(1, 1000))
    const first = log.ship()
    await has(1000)
    first.kill()
    await first.done
    await appendFile(log.path, entries(1001, 2000))
    log.end()
    await log.ship().done
    assert.deepEqual(await log.lines(), lines(2000))
    assert.deepEqual(await losses(), [])
  })

  it('loses and doubles nothing over rotations while it is away, compressed files included', async () => {
    await writeFile(log.path, entries(1, 10))
    const first = log.ship()
    await has(10)
    first.kill()
    await first.done
    for (let round = 1; round < 5; round++) {
      await appendFile(log.path, entries(round * 10 + 1, round * 10 + 10))
      await log.rotate(10)
    }
    await writeFile(log.path, entries(51, 60))
    log.end()
    await log.ship().done
    assert.deepEqual(await log.lines(), lines(60))
    assert.deepEqual(await losses(), [])
  })

  it('follows over rotations in which the writer is late', async () => {
    await writeFile(log.path, entries(1, 10))
    const { done } = log.ship()
    await has(10)
    await rename(log.path, `${log.path}.20260102-030405`)
    await writeFile(log.path, entries(12, 20))
    await appendFile(`${log.path}.20260102-030405`, entries(11, 11))
    await has(20)
    log.end()
    await done
    assert.deepEqual(await log.lines(), lines(20))
  })

  it('says what was rotated away before it was read', async () => {
    await writeFile(log.path, entries(1, 10))
    const first = log.ship()
    await has(10)
    first.kill()
    await first.done
    for (let round = 1; round < 6; round++) {
      await appendFile(log.path, entries(round * 10 + 1, round * 10 + 10))
      await log.rotate(3)
    }
    await writeFile(log.path, entries(61, 70))
    log.end()
    await log.ship().done
    assert.deepEqual(await log.lines(), [...lines(10), ...lines(70, 41)])
    assert.deepEqual(await losses(), [{ reason: 'Rotated', lines: 0, bytes: 0, run: 0 }])
  })

  it('gives the lines of the next files the same numbers where its place was rotated away meanwhile', async () => {
    await writeFile(log.path, entries(1, 10))
    await log.rotate()
    await writeFile(log.path, entries(11, 20))
    const first = log.ship()
    await has(20)
    first.kill()
    await first.done
    const [oldest = ''] = await rotatedFiles(log.path)
    await rm(oldest)
    await appendFile(log.path, entries(21, 30))
    log.end()
    await log.ship().done
    assert.deepEqual(await log.lines(), lines(30))
    assert.deepEqual(await losses(), [{ reason: 'Rotated', lines: 0, bytes: 0, run: 0 }])
  })

  it('begins again where a file was cut short, and says so', async () => {
    await writeFile(log.path, entries(1, 10))
    const { done } = log.ship()
    await has(10)
    await truncate(log.path, 0)
    await appendFile(log.path, entries(11, 12))
    await has(12)
    log.end()
    await done
    assert.deepEqual(await log.lines(), lines(12))
    assert.deepEqual(await losses(), [{ reason: 'Truncated', lines: 0, bytes: 0, run: 0 }])
  })

  it('reads a file that was removed to its end, and goes on with the next', async () => {
    await writeFile(log.path, entries(1, 10))
    const { done } = log.ship()
    await has(10)
    await rm(log.path)
    await writeFile(log.path, entries(11, 20))
    await has(20)
    log.end()
    await done
    assert.deepEqual(await log.lines(), lines(20))
  })

  it('keeps the order and the times of lines over a clock that is set back', async () => {
    const times = ['2026-01-02T03:04:05.5Z', '2026-01-02T02:00:00Z', '2026-01-02T02:00:00Z', '2026-01-02T03:04:06Z']
    await writeFile(log.path, times.map((time, i) => `${time} stdout F line ${i + 1}\n`).join(''))
    log.end()
    await log.ship().done
    const records = (await log.batches()).flatMap(batch => batch.records)
    assert.deepEqual(
      records.map(({ number, time }) => [number, time]),
      times.map((time, i) => [i + 1, BigInt(Date.parse(time)) * 1_000_000n]),
    )
    assert.deepEqual(await log.lines(), lines(4))
  })

  it('says what was no entry, and goes on behind it', async () => {
    await writeFile(log.path, entries(1, 1) + '\x00\x01\xfe garbage\n' + entries(2, 2) + 'the half of an')
    log.end()
    await log.ship().done
    assert.deepEqual(await log.lines(), lines(2))
    const [loss] = await losses()
    assert.equal(loss?.reason, 'Unreadable')
  })

  it('cuts a line of more than a mebibyte into records that say so', async () => {
    const piece = entry('x'.repeat(16 * 1024), 'stdout', 'P')
    await writeFile(log.path, piece.repeat(70) + entry('end') + entry('next'))
    log.end()
    await log.ship().done
    const records = (await log.batches()).flatMap(batch => batch.records)
    assert.deepEqual(
      records.map(({ number, partial, bytes }) => [number, partial, bytes.length]),
      [
        [1, true, 64 * 16 * 1024],
        [2, undefined, 6 * 16 * 1024 + 3],
        [3, undefined, 4],
      ],
    )
  })

  it('sends again what a stream that went away may have lost', async () => {
    const kept = memoryLogStream()
    let forgetful = true
    const stream: LogStream = {
      ...kept,
      append: frame => (forgetful ? Promise.resolve(E.right(1)) : kept.append(frame)),
    }
    const forgets = await shippedLog(stream)
    await writeFile(forgets.path, entries(1, 100))
    const { done } = forgets.ship()
    forgets.end()
    forgetful = false
    await appendFile(forgets.path, entries(101, 101))
    await has(1, kept)
    forgets.gone()
    await done
    assert.deepEqual(new Set(await forgets.lines()), new Set(lines(101)))
    await forgets.close()
  })

  it('waits for a stream that does not answer, and then sends everything once', async () => {
    const kept = memoryLogStream()
    let refusals = 0
    const away = E.left({ tag: 'Unavailable', message: 'away' } as const)
    const stream: LogStream = { ...kept, append: async frame => (refusals++ < 3 ? away : kept.append(frame)) }
    const waits = await shippedLog(stream)
    await writeFile(waits.path, entries(1, 100))
    waits.end()
    await waits.ship().done
    assert.deepEqual(await waits.lines(), lines(100))
    await waits.close()
  })
})
