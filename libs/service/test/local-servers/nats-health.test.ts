import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { holdLock, temporaryNats } from '../../src/index.ts'
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
    const disabled = 'JetStream not enabled (10076)'
    const given = { status: 'error', errors: [{ type: 'JETSTREAM', error: disabled }] }
    assert.deepEqual(natsHealthOf(answer(given)), { tag: 'Disabled', message: disabled })
    assert.deepEqual(natsHealthOf('{'), { tag: 'Unwell', message: 'an answer that says nothing' })
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
