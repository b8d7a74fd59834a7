import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { boundFile, holdLock, temporaryNats } from '../../src/index.ts'
import { natsHealthOf } from '../../src/local-servers/nats-health.ts'

/** A signal to stop reaches each thread when it next runs, and until then it answers. */
const standsStill = async (pid: number): Promise<void> => {
  const stateOf = (thread: string): string | undefined =>
    readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8').split(') ')[1]?.charAt(0)
  while (readdirSync(`/proc/${pid}/task`).some(thread => stateOf(thread) !== 'T'))
    await new Promise(resolve => setImmediate(resolve))
}

describe("a NATS server's health", () => {
  it('is told by the server, and by its silence when it stands still or is gone', async function () {
    this.timeout(20_000)
    const nats = await temporaryNats()
    const { health, pid } = nats.server
    try {
      assert.deepEqual(await health(), { tag: 'Well' })
      process.kill(pid, 'SIGSTOP')
      await standsStill(pid)
      assert.deepEqual(await health(), { tag: 'Silent' })
      process.kill(pid, 'SIGCONT')
      assert.deepEqual(await health(), { tag: 'Well' })
      await nats.server.kill()
      assert.deepEqual(await health(), { tag: 'Silent' })
    } finally {
      await nats.server.kill()
      await nats.dispose()
    }
  })

  it('names every stream that an error of the disk has stopped', () => {
    const error = (stream: string): string =>
      `JetStream stream '$G > ${stream}' write error: write 1.blk: no space left on device`
    const answer = (data: object): string => JSON.stringify({ server: {}, data })
    assert.deepEqual(natsHealthOf(answer({ status: 'unavailable', error: error('LOGS') })), {
      tag: 'WriteError',
      streams: ['LOGS'],
      message: error('LOGS'),
    })
    const details = { status: 'error', errors: [{ type: 'STREAM', error: error('LOGS') }, { error: error('OBJECTS') }] }
    assert.deepEqual(natsHealthOf(answer(details)), {
      tag: 'WriteError',
      streams: ['LOGS', 'OBJECTS'],
      message: error('LOGS'),
    })
    assert.deepEqual(natsHealthOf(answer({ status: 'unavailable', error: 'JetStream is not current' })), {
      tag: 'Unwell',
      message: 'JetStream is not current',
    })
    assert.deepEqual(natsHealthOf('{'), { tag: 'Unwell', message: 'an answer that says nothing' })
  })
})

describe('what a process writes out', () => {
  it('begins anew over its limit, with the one before it kept', () => {
    const directory = mkdtempSync(join(tmpdir(), 'periplus-bound-'))
    const path = join(directory, 'output.log')
    writeFileSync(path, 'x'.repeat(100))
    assert.equal(boundFile(path, 100), false)
    assert.equal(boundFile(path, 99), true)
    assert.equal(statSync(path).size, 0)
    assert.equal(readFileSync(`${path}.1`, 'utf8').length, 100)
    truncateSync(path, 200)
    assert.equal(boundFile(path, 150), true)
    assert.equal(statSync(`${path}.1`).size, 200)
    assert.equal(boundFile(join(directory, 'none')), false)
    rmSync(directory, { recursive: true })
  })
  it('loses nothing that is written while it is copied', () => {
    const directory = mkdtempSync(join(tmpdir(), 'periplus-bound-'))
    const path = join(directory, 'output.log')
    writeFileSync(path, 'x'.repeat(100))
    const more = 'y'.repeat(100_000)
    const copy = (from: string, to: string): void => {
      copyFileSync(from, to)
      appendFileSync(from, more)
    }
    assert.equal(boundFile(path, 99, copy), true)
    assert.equal(readFileSync(`${path}.1`, 'utf8'), 'x'.repeat(100) + more)
    assert.equal(statSync(path).size, 0)
    rmSync(directory, { recursive: true })
  })
  it('leaves no part of the copy where the disk has no room for it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'periplus-bound-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96k', 'periplus-test', directory])
    try {
      const path = join(directory, 'output.log')
      writeFileSync(path, 'x'.repeat(80_000))
      assert.equal(boundFile(path, 99), true)
      assert.deepEqual(readdirSync(directory), ['output.log'])
      assert.equal(statSync(path).size, 0)
    } finally {
      execFileSync('umount', [directory])
      rmSync(directory, { recursive: true })
    }
  })
})

describe('the lock on a directory', () => {
  it('has one holder at a time, and none when that one is killed', async function () {
    this.timeout(20_000)
    const directory = mkdtempSync(join(tmpdir(), 'periplus-lock-'))
    const locks = await Promise.all([0, 1, 2, 3, 4].map(() => holdLock(directory)))
    const held = locks.filter(lock => lock !== undefined)
    assert.equal(held.length, 1)
    await held[0]?.release()
    const holder = `
      import { holdLock } from ${JSON.stringify(new URL('../../src/index.ts', import.meta.url).pathname)}
      if (!(await holdLock(process.argv[1]))) process.exit(3)
      process.kill(process.pid, 'SIGKILL')`
    assert.throws(
      () => execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', holder, directory]),
      (error: { signal?: string }) => error.signal === 'SIGKILL',
    )
    let again = await holdLock(directory)
    while (!again) again = await holdLock(directory)
    await again.release()
    rmSync(directory, { recursive: true })
  })
})
