import assert from 'node:assert/strict'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend, LogLine } from '../src/index.ts'
import { lineOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { startVictoriaLogs } from './victoria-logs-server.ts'
import type { FoundLine, VictoriaLogs } from './victoria-logs-server.ts'

const lineIn = (found: FoundLine): ReceivedLine => ({
  ...{ namespace: found['namespace'] ?? '', pod: found['pod'] ?? '', container: found['container'] ?? '' },
  ...{ number: Number(found['number']), stream: found['stream'] ?? '', message: found['_msg'] ?? '' },
})

describe("Loki's push API, of VictoriaLogs", function () {
  this.timeout(300_000)
  let logs: VictoriaLogs
  before(async () => (logs = await startVictoriaLogs()))
  after(() => logs.dispose())
  let runs = 0

  const stage = async (): Promise<BackendHarness & { readonly found: () => Promise<readonly FoundLine[]> }> => {
    const run = `run-${++runs}`
    const found = async (): Promise<readonly FoundLine[]> =>
      [...(await logs.ask(`run:=${run}`))].sort((a, b) => Number(a['number']) - Number(b['number']))
    return {
      found,
      backend: builtInBackends.get('loki') as LogBackend,
      config: { url: logs.url, labels: { run } },
      received: async atLeast => {
        let lines = await found()
        while (lines.length < atLeast) lines = await found()
        return lines.map(lineIn)
      },
      faults: { away: logs.stop, back: logs.start, silent: async () => logs.freeze() },
      close: async () => logs.thaw(),
    }
  }
  logBackendContract("Loki's push API (real)", { network: true, faults: ['away', 'back', 'silent'] }, stage)

  it('has labels that few streams share, and what differs with each line beside it, with its time', async () => {
    const on = await stage()
    const writer = await openWriter(on)
    const line: LogLine = { ...lineOf(sourceOf(), 7, 'text'), fields: new Map([['level', 'info']]) }
    assert.equal((await writer.write([line], new AbortController().signal)).tag, 'Taken')
    await on.received(1)
    const [found] = await on.found()
    const { _stream: stream = '', _time: time, level, number } = found ?? {}
    assert.deepEqual({ time, level, number }, { time: '2025-01-01T00:00:00.000000007Z', level: 'info', number: '7' })
    const labels = [...stream.matchAll(/(\w+)=/g)].map(([, name]) => name)
    assert.deepEqual(labels.sort(), ['container', 'namespace', 'node_name', 'pod', 'run', 'stream'])
    await writer.close()
  })
})
