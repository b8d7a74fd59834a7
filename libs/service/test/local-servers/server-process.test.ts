import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { startServer } from '../../src/index.ts'

describe('a server that is started', function () {
  this.timeout(120_000)
  const directory = mkdtempSync(join(tmpdir(), 'pp-server-'))
  after(() => rmSync(directory, { recursive: true }))
  const ready = join(directory, 'ready')
  /** All on one processor, where whoever is less nice has most of it. */
  const onOne = (niceness: number, program: string, ...words: readonly string[]): readonly string[] => [
    ...['--cpu-list', '0', 'nice', '-n', String(niceness), process.execPath, '-e', program, ...words],
  ]
  const started = (program: string, startWithin: number): ReturnType<typeof startServer> =>
    startServer({
      ...{ name: 'slow', command: 'taskset', args: onOne(5, program, ready), environment: {}, directory, startWithin },
      answers: async () => existsSync(ready),
    })

  it('has the time that others take from it besides its own', async () => {
    const others = Array.from({ length: 3 }, () => spawn('taskset', onOne(0, 'for (;;);'), { stdio: 'ignore' }))
    const works = `const { cpuUsage, argv } = process
      const used = ({ user, system } = cpuUsage()) => user + system
      while (used() < 300_000);
      require('fs').writeFileSync(argv[1], ''); setInterval(() => {}, 1_000)`
    const begun = performance.now()
    const server = await started(works, 1_200)
    const took = performance.now() - begun
    for (const other of others) other.kill('SIGKILL')
    assert.ok(E.isRight(server), JSON.stringify(server))
    assert.ok(took > 1_200, `it was done after ${took} ms, and proves nothing`)
    await server.right.kill()
    rmSync(ready)
  })

  it('is ended where it does nothing', async () => {
    const server = await started('setInterval(() => {}, 1_000)', 1_000)
    assert.ok(E.isLeft(server))
    assert.match(server.left, /slow did not start \(no answer within 1 s\)/)
  })
})
