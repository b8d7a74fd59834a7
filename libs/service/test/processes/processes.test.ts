import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endRecorded, gone, hasEnded, identityOf, isRunning, processName, recordedProcess } from '../../src/index.ts'

describe('processes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'periplus-processes-'))
  const file = join(directory, 'one.pid')
  let child: ChildProcess
  beforeEach(async () => {
    child = spawn('sleep', ['600'])
    await once(child, 'spawn')
  })
  afterEach(() => child.kill('SIGKILL'))
  after(() => rmSync(directory, { recursive: true }))

  it('are told from later ones with the same number', () => {
    const identity = identityOf(child.pid!)
    assert.ok(identity && isRunning(identity))
    assert.equal(isRunning({ ...identity, started: '1' }), false)
    assert.equal(identityOf(2 ** 30), undefined)
  })

  it('are found and ended by their record, and nobody else is', async () => {
    const identity = identityOf(child.pid!)
    assert.ok(identity)
    writeFileSync(file, JSON.stringify({ ...identity, started: '1' }))
    assert.equal(recordedProcess(file), undefined)
    await endRecorded(file)
    assert.ok(isRunning(identity), 'it only has the number of the one that was meant')
    writeFileSync(file, JSON.stringify(identity))
    assert.deepEqual(recordedProcess(file), identity)
    await endRecorded(file)
    assert.equal(isRunning(identity), false)
    assert.equal(existsSync(file), false)
  })

  it('are not found by a record that is damaged', async () => {
    for (const text of ['', '{', '{}', 'null', '[]']) {
      writeFileSync(file, text)
      assert.equal(recordedProcess(file), undefined, text)
    }
  })

  it('are gone as zombies, before anybody has waited for them', async () => {
    // The shell becomes the sleep, which never waits for what the shell had started.
    const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'])
    const [line] = (await once(parent.stdout, 'data')) as [Buffer]
    const orphan = identityOf(Number(line.toString()))
    assert.ok(orphan)
    process.kill(orphan.pid, 'SIGKILL')
    assert.equal(await gone([orphan], 5_000), true)
    parent.kill('SIGKILL')
  })

  it('have names that tell whether they have ended', async () => {
    const own = processName()
    assert.equal(hasEnded(own), false)
    const { started, pid } = identityOf(process.pid)!
    assert.ok(own.endsWith(`_${pid}-${started}`))
    assert.equal(hasEnded(own.replace(`${pid}-${started}`, `${pid}-1`)), true)
    assert.equal(hasEnded('elsewhere_0-0_1-1'), false, 'of other machines nothing is known')
    assert.equal(hasEnded('some-other-identity'), false)
  })
})
