import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { loopbackPort } from '@periplus/service'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend } from '../src/index.ts'
import { lineOf, linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { startRsyslog } from './rsyslog.ts'
import type { Rsyslog } from './rsyslog.ts'

const backend = builtInBackends.get('syslog') as LogBackend

const parameter = (text: string, name: string): string => new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1] ?? ''

const lineIn = (message: Readonly<Record<string, string>>): ReceivedLine => {
  const data = message['structured-data'] ?? ''
  return {
    ...{ namespace: parameter(data, 'namespace'), pod: message['app-name'] ?? '', container: message['procid'] ?? '' },
    ...{ number: Number(parameter(data, 'number')), stream: parameter(data, 'stream') },
    message: message['msg'] ?? '',
  }
}

describe('syslog', function () {
  this.timeout(120_000)
  let directory: string
  let port: number
  let rsyslog: Rsyslog
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'periplus-rsyslog-'))
    const chosen = await loopbackPort(join(directory, 'port'))
    assert.ok(E.isRight(chosen))
    port = chosen.right
    rsyslog = await startRsyslog(directory, port)
  })
  after(async () => {
    await rsyslog.server.stop()
    await rm(directory, { recursive: true })
  })

  const stage = (transport: string) => async (): Promise<BackendHarness> => {
    const before = (await rsyslog.messages()).length
    return {
      backend,
      config: { host: '127.0.0.1', port, transport },
      received: async atLeast => {
        for (;;) {
          const lines = (await rsyslog.messages()).slice(before).map(lineIn)
          if (lines.length >= atLeast) return lines
          await new Promise(resolve => setTimeout(resolve, 5))
        }
      },
      faults: {
        away: () => rsyslog.server.stop(),
        back: async () => void (rsyslog = await startRsyslog(directory, port)),
      },
      close: async () => undefined,
    }
  }
  logBackendContract('syslog over TCP (real rsyslog)', { network: true, faults: ['away', 'back'] }, stage('tcp'))
  logBackendContract('syslog over UDP (real rsyslog)', { network: true, faults: [] }, stage('udp'))

  it('is understood in every part', async () => {
    const on = await stage('tcp')()
    const writer = await openWriter(on)
    const before = (await rsyslog.messages()).length
    await writer.write([lineOf(sourceOf(), 2, 'an error')], new AbortController().signal)
    await on.received(1)
    const message = (await rsyslog.messages())[before]
    assert.deepEqual(message && { ...message, timestamp: '' }, {
      ...{ hostname: 'n1', 'app-name': 'web-0', procid: 'main', syslogseverity: '3', msg: 'an error', timestamp: '' },
      'structured-data':
        '[kubernetes@32473 namespace="shop" pod="web-0" uid="uid-of-web-0" container="main" node="n1" restart="2" stream="stderr" number="2"]',
    })
    await writer.close()
  })

  it('over UDP refuses what no datagram holds', async () => {
    const on = await stage('udp')()
    const writer = await openWriter(on)
    const lines = [lineOf(sourceOf(), 1), lineOf(sourceOf(), 2, 'x'.repeat(70_000)), ...linesOf(sourceOf(), 3, 3)]
    assert.deepEqual(await writer.write(lines, new AbortController().signal), {
      tag: 'Taken',
      refused: [{ index: 1, why: 'longer than a datagram' }],
    })
    assert.deepEqual(
      (await on.received(2)).map(({ number }) => number),
      [1, 3],
    )
    await writer.close()
  })
})
