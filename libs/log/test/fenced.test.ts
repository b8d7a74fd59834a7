import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { E } from '@periplus/prelude'
import { eventOf, right } from '../src/contract/events.ts'
import { jetStreamEventLog } from '../src/index.ts'
import type { EventLog } from '../src/index.ts'
import { natsSuite } from '../../bus/test/nats-suite.ts'

const stream = 'EVENTS'
const writer = fileURLToPath(new URL('support/paused-writer.ts', import.meta.url))

/** Connections of clients to the server's port that the server has closed and the client has not (proc(5), `net/tcp`). */
const closedByTheServer = (port: number): number =>
  readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map(line => line.trim().split(/\s+/))
    .filter(([, , remote = '', state]) => state === '08' && Number.parseInt(remote.split(':')[1] ?? '', 16) === port)
    .length

const isStopped = (pid: number): boolean => / T /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 20))
}

describe('who may write for a time only', function () {
  this.timeout(120_000)
  const on = natsSuite('fenced')
  let log: EventLog
  let may = true

  before(async () => {
    log = right(await jetStreamEventLog(on.bus, { cluster: 'test', stream, mayAppend: () => may }))
  })

  const tagOf = (answer: Awaited<ReturnType<EventLog['append' | 'appendAll']>>): string =>
    E.isLeft(answer) ? answer.left.tag : 'written'

  it('writes while the time lasts, and nothing afterwards', async () => {
    assert.equal(tagOf(await log.append(eventOf('in-time'))), 'written')
    may = false
    const many = Array.from({ length: 20 }, (_, n) => log.append(eventOf(`late-${n}`)))
    assert.deepEqual(new Set((await Promise.all(many)).map(tagOf)), new Set(['Fenced']))
    assert.equal(tagOf(await log.appendAll([eventOf('late-a'), eventOf('late-b')])), 'Fenced')
    assert.equal(right(await log.bounds()).last, 1)
    may = true
    assert.equal(tagOf(await log.append(eventOf('again'))), 'written')
  })

  it('writes nothing that it was about to write when it began to stand still', async () => {
    const { servers, user, password, port } = on.nats.server
    const child = spawn(process.execPath, ['--import', 'tsx', writer, servers, user, password], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
    const { pid = 0 } = child
    await until(() => isStopped(pid))
    const { last } = right(await log.bounds())
    await until(() => closedByTheServer(port) > 0)
    child.kill('SIGCONT')
    await once(child, 'exit')
    assert.equal(said.trim(), 'Unavailable')
    assert.equal(right(await log.bounds()).last, last)
  })
})
