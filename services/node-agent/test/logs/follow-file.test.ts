import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { E, systemClock } from '@periplus/prelude'
import { hollowRuntime } from '@periplus/runtime'
import type { ContainerState } from '@periplus/runtime'
import { followFile } from '../../src/logs/follow-file.ts'
import type { LogPart } from '../../src/logs/log-part.ts'
import { logStart } from '../../src/logs/position.ts'
import { rotate } from '../../src/logs/rotate.ts'

describe('following a log', () => {
  let directory: string
  let path: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'periplus-follow-'))
    path = join(directory, '0.log')
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** All of it that is there. */
  const follow = (from = logStart): AsyncGenerator<LogPart> =>
    followFile({
      ...{ path, from, clock: systemClock, settles: 0 },
      ...{ signal: new AbortController().signal, ended: () => true },
    })
  const toldOf = (part: LogPart): string =>
    part.tag === 'Bytes' ? part.bytes.toString() : part.tag === 'Lost' ? `Lost: ${part.reason}` : part.tag
  const rest = async (parts: AsyncGenerator<LogPart>): Promise<readonly string[]> => {
    const told: string[] = []
    for await (const part of parts) told.push(toldOf(part))
    return told
  }
  const rotated = async (mostFiles: number, next: string): Promise<void> => {
    const clock = systemClock
    const runtime = { ...hollowRuntime({ clock, nodeName: 'n' }), reopenLog: async () => E.right(undefined) }
    await rotate({ runtime, clock, mostFiles }, { id: 'c', logPath: path } as ContainerState)
    await writeFile(path, next)
  }
  const begun = async (): Promise<AsyncGenerator<LogPart>> => {
    const parts = follow()
    const { value } = (await parts.next()) as { value: LogPart }
    assert.equal(toldOf(value), 'first')
    return parts
  }

  it('says where more was rotated away than the file that it was reading', async () => {
    await writeFile(path, 'first')
    const parts = await begun()
    for (const next of ['second', 'third', 'fourth', 'fifth']) await rotated(3, next)
    assert.deepEqual(await rest(parts), ['Lost: Rotated', 'third', 'FileEnd', 'fourth', 'FileEnd', 'fifth'])
  })

  it('reads a file to its end that was rotated away, and goes on with the next as if nothing had been', async () => {
    await writeFile(path, 'first')
    await rotated(3, 'second')
    const parts = await begun()
    await rotated(2, 'third')
    assert.deepEqual(await rest(parts), ['FileEnd', 'second', 'FileEnd', 'third'])
  })

  it('goes on with the next file also where both were last written to in one moment of the file system', async () => {
    await writeFile(path, 'first')
    await rotated(3, 'second')
    for (const name of await readdir(directory)) await utimes(join(directory, name), 1, 1)
    const parts = await begun()
    await rotated(2, 'third')
    assert.deepEqual(await rest(parts), ['FileEnd', 'second', 'FileEnd', 'third'])
  })

  it('goes on with the current file where its own is gone, though the clock was set back meanwhile', async () => {
    const hourAhead = Date.now() / 1000 + 3600
    await writeFile(path, 'first')
    await utimes(path, hourAhead, hourAhead)
    const parts = await begun()
    await rm(path)
    await writeFile(path, 'second')
    assert.deepEqual(await rest(parts), ['FileEnd', 'second'])
    // And by an agent that was away, which cannot know what was between them.
    const gone = { inode: 1, born: 1, offset: 5, changedAt: hourAhead * 1000 }
    assert.deepEqual(await rest(follow(gone)), ['Lost: Rotated', 'second'])
  })

  it('says where a compressed file is damaged', async () => {
    const whole = gzipSync('x'.repeat(100_000))
    await writeFile(`${path}.20260102-030405.gz`, whole.subarray(0, whole.length - 20))
    await appendFile(path, 'current')
    const parts = await rest(follow())
    assert.deepEqual(parts.slice(-2), ['Lost: Unreadable', 'current'])
  })
})
