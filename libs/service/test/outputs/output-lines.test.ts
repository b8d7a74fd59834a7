import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import { boundFile, compressRotated, outputLines } from '../../src/index.ts'
import type { OutputReading } from '../../src/index.ts'
import { rotateFile } from '../../src/outputs/bound-file.ts'

describe('the lines of an output', () => {
  let directory: string
  let path: string
  let said = 0
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-lines-'))
    path = join(directory, 'output.log')
    said = 0
    writeFileSync(path, '')
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const say = (count: number): void => {
    for (let n = 0; n < count; n++) appendFileSync(path, `${said++}\n`)
  }
  const upTo = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => String(i))
  const now = async (reading: Partial<OutputReading> = {}): Promise<readonly string[]> => {
    const lines: string[] = []
    for await (const part of outputLines({ path, ...reading })) lines.push(...part.lines)
    return lines
  }

  it('are those of all files that are kept, from the oldest on, lines whole that are in two of them', async () => {
    for (let files = 0; files < 5; files++) {
      say(10)
      appendFileSync(path, String(said++))
      rotateFile(path)
      appendFileSync(path, '\n')
    }
    say(3)
    assert.deepEqual(await now(), upTo(said))
  })

  it('are not read from files that were ended before', async () => {
    for (const hour of [1, 2, 3]) {
      say(1)
      rotateFile(path, { now: hour * 3_600_000 })
    }
    say(1)
    assert.deepEqual(await now({ since: 2 * 3_600_000 }), ['1', '2', '3'])
  })

  /** What a reader has seen, and what lets it look once more. */
  const following = () => {
    const clock = virtualClock(0)
    const lines: string[] = []
    const end = new AbortController()
    const over = (async () => {
      for await (const part of outputLines({ path, follow: { clock, signal: end.signal } })) lines.push(...part.lines)
    })()
    const has = async (count: number): Promise<void> => {
      for (const start = Date.now(); lines.length < count && Date.now() - start < 5_000;) {
        clock.advance(500)
        await new Promise(resolve => setImmediate(resolve))
      }
      assert.deepEqual(lines, upTo(count))
    }
    return { has, end: () => (end.abort(), over), lines }
  }

  it('are followed over several new beginnings between two looks, and one that is longer by then than it was', async () => {
    say(5)
    const reader = following()
    await reader.has(5)
    say(2)
    rotateFile(path)
    say(40)
    await reader.has(47)
    say(1)
    for (let files = 0; files < 4; files++) {
      rotateFile(path)
      say(30)
    }
    await reader.has(168)
    await reader.end()
    assert.deepEqual(reader.lines, upTo(168))
  })

  it('are all there, each once, for readers beside whom it begins anew all the time', async function () {
    this.timeout(30_000)
    const reader = following()
    await reader.has(0)
    for (let rotations = 0; rotations < 50; rotations++) {
      say(100)
      boundFile(path, 0)
      const compressing = compressRotated(path)
      say(7)
      const lines = await now()
      assert.deepEqual(lines, upTo(said).slice(-lines.length))
      assert.ok(lines.length >= Math.min(said, 5 * 107))
      await reader.has(said)
      await compressing
    }
    await reader.end()
  })

  it('are read from compressed files as from others, and on from the place in one that was compressed since', async () => {
    say(5)
    const reader = following()
    await reader.has(5)
    say(20)
    for (let files = 0; files < 4; files++) {
      rotateFile(path)
      await compressRotated(path)
      say(10)
    }
    const files = readdirSync(directory).toSorted()
    assert.deepEqual(
      files,
      ['', '.1', '.2.gz', '.3.gz', '.4.gz'].map(end => `output.log${end}`),
    )
    assert.deepEqual(await now(), upTo(65))
    await reader.has(65)
    await reader.end()
  })
})
