import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { appendFile, link, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { E, systemClock, virtualClock } from '@periplus/prelude'
import { hollowRuntime } from '@periplus/runtime'
import type { ContainerState } from '@periplus/runtime'
import { compressFile } from '../../src/logs/gzip-file.ts'
import { runTool } from '../../src/files/run-tool.ts'
import { readLog } from '../../src/logs/read-log.ts'
import { compressRotated, rotate, rotateLogs } from '../../src/logs/rotate.ts'

const at = (second: number) => `2026-01-02T03:04:${String(second).padStart(2, '0')}.123456789Z`
const entry = (second: number, text: string, stream = 'stdout', tag = 'F') => `${at(second)} ${stream} ${tag} ${text}\n`

describe('reading a log', () => {
  let directory: string
  let path: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'periplus-log-'))
    path = join(directory, '0.log')
  })
  afterEach(() => rm(directory, { recursive: true }))
  const read = async (wanted: Partial<Parameters<typeof readLog>[1]> = {}): Promise<string> => {
    const source = {
      path,
      clock: virtualClock(Date.parse(at(30))),
      signal: new AbortController().signal,
      ended: () => true,
    }
    let text = ''
    for await (const bytes of readLog(source, { follow: false, timestamps: false, stream: 'All', ...wanted }))
      text += bytes.toString()
    return text
  }

  it('joins lines that came in pieces', async () => {
    await writeFile(path, entry(1, 'a ', 'stdout', 'P') + entry(1, 'long line') + entry(2, 'next'))
    assert.equal(await read(), 'a long line\nnext\n')
    assert.equal(await read({ timestamps: true }), `${at(1)} a long line\n${at(2)} next\n`)
  })
  it('stamps lines in the width of all', async () => {
    const short = ['2026-01-02T03:04:05.12Z', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.1+02:00']
    await writeFile(path, short.map(time => `${time} stdout F x\n`).join(''))
    assert.deepEqual((await read({ timestamps: true })).split('\n'), [
      '2026-01-02T03:04:05.120000000Z x',
      '2026-01-02T03:04:05.000000000Z x',
      '2026-01-02T03:04:05.100000000+02:00 x',
      '',
    ])
  })
  it('takes the last lines, of rotated files too', async () => {
    await writeFile(`${path}.20260102-030000.gz`, gzipSync(entry(1, 'one') + entry(2, 'two')))
    await writeFile(`${path}.20260102-030100`, entry(3, 'three') + entry(4, 'four'))
    await writeFile(path, entry(5, 'five') + entry(6, 'six'))
    assert.equal(await read(), 'one\ntwo\nthree\nfour\nfive\nsix\n')
    assert.equal(await read({ tailLines: 1 }), 'six\n')
    assert.equal(await read({ tailLines: 3 }), 'four\nfive\nsix\n')
    assert.equal(await read({ tailLines: 5 }), 'two\nthree\nfour\nfive\nsix\n')
    assert.equal(await read({ tailLines: 99 }), 'one\ntwo\nthree\nfour\nfive\nsix\n')
    assert.equal(await read({ tailLines: 0 }), '')
  })
  it('counts a line once that came in pieces, also over two files, and one that has no end', async () => {
    const whole = entry(1, 'one') + entry(2, 'two')
    await writeFile(`${path}.20260102-030000`, whole + entry(3, 'thr', 'stdout', 'P'))
    await writeFile(path, entry(3, 'ee') + entry(4, 'four') + entry(5, 'end', 'stdout', 'P'))
    assert.equal(await read({ tailLines: 1 }), 'end')
    assert.equal(await read({ tailLines: 2 }), 'four\nend')
    assert.equal(await read({ tailLines: 3 }), 'three\nfour\nend')
    assert.equal(await read({ tailLines: 4 }), 'two\nthree\nfour\nend')
    assert.equal(await read({ tailLines: 0 }), '')
    const long = 'x'.repeat(100_000)
    await writeFile(path, entry(1, long) + entry(2, long, 'stderr', 'P') + entry(2, long, 'stderr') + entry(3, 'end'))
    assert.equal(await read({ tailLines: 2 }), `${long}${long}\nend\n`)
  })
  it('begins at a moment', async () => {
    await writeFile(path, entry(1, 'one') + entry(20, 'two') + entry(29, 'three'))
    assert.equal(await read({ sinceSeconds: 15 }), 'two\nthree\n')
    assert.equal(await read({ sinceTime: '2026-01-02T03:04:29Z' }), 'three\n')
  })
  it('ends after so many bytes', async () => {
    await writeFile(path, entry(1, 'one') + entry(2, 'two'))
    assert.equal(await read({ limitBytes: 6 }), 'one\ntw')
  })
  it('ends a follower with the last of its bytes', async () => {
    await writeFile(path, entry(1, 'one') + entry(2, 'two'))
    const source = { path, clock: systemClock, signal: new AbortController().signal, ended: () => false }
    let text = ''
    const lines = readLog(source, { follow: true, timestamps: false, stream: 'All', limitBytes: 8 })
    for await (const bytes of lines) text += bytes.toString()
    assert.equal(text, 'one\ntwo\n')
  })
  it('takes no more than the last lines where more are written meanwhile', async () => {
    await writeFile(path, entry(1, 'one') + entry(2, 'two'))
    const source = {
      ...{ path, clock: systemClock, ended: () => true },
      // Asked for when the last lines have been found, before they are read.
      get signal() {
        appendFileSync(path, entry(3, 'three'))
        return new AbortController().signal
      },
    }
    const text: string[] = []
    for await (const bytes of readLog(source, { follow: false, timestamps: false, stream: 'All', tailLines: 1 }))
      text.push(bytes.toString())
    assert.deepEqual(text, ['two\n'])
  })
  it('reads a file once that lies there plain and compressed, as an agent that is killed leaves it', async () => {
    const rotated = `${path}.20260102-030405`
    await writeFile(rotated, entry(1, 'one'))
    await writeFile(path, entry(2, 'two'))
    await link(rotated, `${rotated}.kept`)
    await compressFile(rotated)
    await rename(`${rotated}.kept`, rotated)
    assert.equal(await read(), 'one\ntwo\n')
    assert.equal(await read({ tailLines: 2 }), 'one\ntwo\n')
  })
  it('tells stdout from stderr', async () => {
    await writeFile(path, entry(1, 'out') + entry(2, 'err', 'stderr'))
    assert.equal(await read({ stream: 'Stderr' }), 'err\n')
  })
  it('is empty where nothing was written yet', async () => assert.equal(await read({ tailLines: 5 }), ''))

  it('follows across a rotation until the container has ended', async () => {
    await writeFile(path, entry(1, 'one'))
    let over = false
    const source = { path, clock: systemClock, signal: new AbortController().signal, ended: () => over }
    const lines = readLog(source, { follow: true, timestamps: false, stream: 'All' })
    const next = async () => String((await lines.next()).value)
    assert.equal(await next(), 'one\n')
    await appendFile(path, entry(2, 'two'))
    assert.equal(await next(), 'two\n')
    await appendFile(path, entry(3, 'three'))
    await rename(path, `${path}.20260102-030405`)
    await writeFile(path, entry(4, 'four'))
    assert.equal(await next(), 'three\n')
    assert.equal(await next(), 'four\n')
    await appendFile(path, entry(5, 'five'))
    over = true
    assert.equal(await next(), 'five\n')
    assert.equal((await lines.next()).done, true)
  })

  it('rotates, compresses, and keeps five files', async () => {
    const clock = virtualClock(Date.parse(at(0)))
    const runtime = { ...hollowRuntime({ clock, nodeName: 'n' }), reopenLog: async () => E.right(undefined) }
    const container = { id: 'c', logPath: path } as ContainerState
    for (let round = 0; round < 7; round++) {
      await writeFile(path, entry(round, `round ${round}`))
      await rotate({ runtime, clock }, container)
      await compressRotated(path)
      clock.advance(1000)
    }
    await writeFile(path, entry(7, 'round 7'))
    const names = (await readdir(directory)).sort()
    assert.equal(names.length, 5)
    assert.deepEqual(
      names.map(name => name.endsWith('.gz')),
      [false, true, true, true, false],
    )
    assert.equal(await read(), 'round 3\nround 4\nround 5\nround 6\nround 7\n')
  })
  it('has a log opened again that an agent had renamed when it was killed', async () => {
    const [clock, stop, asked] = [virtualClock(0), new AbortController(), [] as string[]]
    const reopenLog = async (id: string) => {
      asked.push(id)
      stop.abort()
      return E.right(undefined)
    }
    const running = { id: 'c', logPath: path, state: 'running' } as ContainerState
    const done = rotateLogs({
      runtime: { ...hollowRuntime({ clock, nodeName: 'n' }), reopenLog },
      ...{ clock, signal: stop.signal, containers: () => [running], failed: (_, error) => assert.fail(String(error)) },
    })
    clock.advance(1000)
    await done
    assert.deepEqual(asked, ['c'])
  })
  it('is rotated again while what was rotated before is compressed', async () => {
    const stop = new AbortController()
    const names = async (): Promise<readonly string[]> => (await readdir(directory)).sort()
    const seen: boolean[] = []
    const reopenLog = async () => {
      // Of those that are kept, some are not compressed yet, and the log is a new one already.
      await writeFile(path, randomBytes(300_000))
      seen.push((await names()).some(name => name.endsWith('.tmp')))
      if (seen.length === 12) stop.abort()
      return E.right(undefined)
    }
    const clock = { ...systemClock, after: (_: number, task: () => void) => systemClock.after(0, task) }
    await writeFile(path, randomBytes(300_000))
    await rotateLogs({
      runtime: { ...hollowRuntime({ clock, nodeName: 'n' }), reopenLog },
      ...{ clock, signal: stop.signal, mostBytes: 1_000, mostFiles: 4 },
      containers: () => [{ id: 'c', logPath: path, state: 'running' } as ContainerState],
      failed: (_, error) => assert.fail(String(error)),
    })
    assert.ok(seen.includes(true))
    assert.ok((await names()).length <= 5)
    assert.deepEqual(
      (await names()).filter(name => name.endsWith('.tmp')),
      [],
    )
  })
  it('shows no other file that a link in the place of a log leads to', async () => {
    await writeFile(join(directory, 'secret'), entry(1, 'secret'))
    await writeFile(join(directory, 'secret.gz'), gzipSync(entry(1, 'secret')))
    await rm(path, { force: true })
    await symlink('secret', path)
    await symlink('secret', `${path}.20260101-000000`)
    await symlink('secret.gz', `${path}.20260101-000001.gz`)
    assert.equal(await read(), '')
    assert.equal(await read({ tailLines: 10 }), '')
  })
  it('leaves a log uncompressed where there is no room', async () => {
    const small = join(directory, 'small')
    await mkdir(small)
    assert.deepEqual(await runTool('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]), E.right(undefined))
    try {
      const clock = virtualClock(Date.parse(at(0)))
      const runtime = { ...hollowRuntime({ clock, nodeName: 'n' }), reopenLog: async () => E.right(undefined) }
      const logPath = join(small, '0.log')
      await writeFile(`${logPath}.20260101-000000`, randomBytes(200_000))
      await writeFile(logPath, 'new')
      await rotate({ runtime, clock }, { id: 'c', logPath } as ContainerState)
      await compressRotated(logPath)
      const names = (await readdir(small)).sort()
      assert.deepEqual([names.length, names[0]], [2, '0.log.20260101-000000'])
    } finally {
      assert.deepEqual(await runTool('umount', [small]), E.right(undefined))
    }
  })
  it('takes a rotation back when the runtime does not reopen the log', async () => {
    const clock = virtualClock(0)
    const refusal = { tag: 'Failed', message: 'no' } as const
    const runtime = { ...hollowRuntime({ clock, nodeName: 'n' }), reopenLog: async () => E.left(refusal) }
    await writeFile(path, 'kept')
    await rotate({ runtime, clock }, {
      id: 'c',
      logPath: path,
    } as ContainerState)
    assert.equal(await readFile(path, 'utf8'), 'kept')
    assert.deepEqual(await readdir(directory), ['0.log'])
  })
})
