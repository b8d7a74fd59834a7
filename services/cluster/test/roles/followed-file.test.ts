import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { logger, metrics, stopAll } from '@periplus/service'
import type { Metrics, RunningService } from '@periplus/service'
import { CannotGoOn } from '../../src/home/say.ts'
import { follow } from '../../src/roles/followed-file.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

describe('a configuration that follows its file', () => {
  let directory: string
  let path: string
  let clock: VirtualClock
  let measured: Metrics
  let ready: boolean
  const services: RunningService[] = []
  const lines: string[] = []
  const stopped: string[] = []
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-followed-'))
    path = join(directory, 'file')
    clock = virtualClock(0)
    measured = metrics()
    ready = true
    services.length = lines.length = stopped.length = 0
  })
  afterEach(async () => {
    await stopAll(services)
    rmSync(directory, { recursive: true })
  })

  const write = (text: string): void => writeFileSync(path, text)
  const started = (): (() => string) =>
    follow(
      {
        logger: logger('test', { write: line => void lines.push(line) }),
        ...{ metrics: measured, onBug: error => assert.fail(String(error)) },
        onStop: service => void services.push(service),
      },
      {
        ...{ path, name: 'authorization', clock },
        read: text => (text.startsWith('bad') ? E.left([`${text} is bad`, 'so it is']) : E.right(text)),
        make: text => ({ value: text, isReady: () => ready, stop: async () => void stopped.push(text) }),
      },
    )
  /** Until the file was looked at once more. */
  const look = async (milliseconds = 2_000): Promise<void> => {
    while (clock.next() === undefined) await turn()
    clock.advance(milliseconds)
    while (clock.next() === undefined) await turn()
  }
  const reloads = (status: string): number => {
    const line = `apiserver_authorization_config_controller_automatic_reloads_total{status="${status}"} `
    const found = measured
      .text()
      .split('\n')
      .find(text => text.startsWith(line))
    return Number(found?.slice(line.length) ?? 0)
  }

  it('says what it says now', async () => {
    write('one')
    const said = started()
    await look()
    assert.deepEqual([said(), reloads('success')], ['one', 0])
    write('two')
    assert.equal(said(), 'one')
    await look()
    assert.deepEqual([said(), reloads('success'), stopped], ['two', 1, ['one']])
  })

  it('stays as it was where its file is no good any more, which is told once', async () => {
    write('one')
    const said = started()
    write('bad')
    for (let i = 0; i < 3; i++) await look()
    assert.deepEqual([said(), reloads('failure'), lines.length], ['one', 1, 1])
    assert.match(lines[0] ?? '', /"level":"error".*bad is bad\\nso it is/)
    rmSync(path)
    for (let i = 0; i < 3; i++) await look()
    assert.deepEqual([said(), reloads('failure'), lines.length], ['one', 2, 2])
    assert.match(lines[1] ?? '', /ENOENT/)
    write('two')
    await look()
    assert.deepEqual([said(), reloads('success')], ['two', 1])
  })

  it('waits for what is made of it, for a minute, and tries it again', async () => {
    write('one')
    const said = started()
    ready = false
    write('two')
    for (let passed = 0; passed < 60_000; passed += 2_000) await look()
    assert.deepEqual([said(), reloads('failure'), stopped], ['one', 0, []])
    await look()
    assert.deepEqual([said(), reloads('failure'), stopped], ['one', 1, ['two']])
    await look()
    ready = true
    await look()
    assert.deepEqual([said(), reloads('success'), stopped], ['two', 1, ['two', 'one']])
  })

  it('forgets what was not ready when its file says something else', async () => {
    write('one')
    const said = started()
    ready = false
    write('two')
    await look()
    write('three')
    await look()
    assert.deepEqual([said(), stopped], ['one', ['two']])
    ready = true
    await look()
    assert.deepEqual([said(), reloads('success'), reloads('failure')], ['three', 1, 0])
  })

  it('is refused at the start where it is no good', () => {
    assert.throws(started, CannotGoOn)
    write('bad')
    assert.throws(started, /file: bad is bad\n.*file: so it is/)
  })
})
