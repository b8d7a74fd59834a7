import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend, LogLine } from '../src/index.ts'
import { lineOf, linesOf, logBackendContract, openWriter, sourceOf } from '../src/contract.ts'
import type { BackendHarness, ReceivedLine } from '../src/contract.ts'
import { jsonLines } from './http-stages.ts'
import { startClickHouse } from './clickhouse-server.ts'
import type { ClickHouse } from './clickhouse-server.ts'

/** As the README has it, for a server that knows neither JSON's maps nor parts of a second. */
const readmeTable = /```sql\n(.*?)```/s.exec(readFileSync(new URL('../README.md', import.meta.url), 'utf8'))?.[1] ?? ''

describe('ClickHouse', function () {
  this.timeout(300_000)
  let clickhouse: ClickHouse
  before(async () => (clickhouse = await startClickHouse()))
  after(() => clickhouse.dispose())
  let tables = 0
  const { signal } = new AbortController()

  const stage = async (): Promise<BackendHarness & { readonly table: string }> => {
    const table = `logs${++tables}`
    const columns = readmeTable
      .replace('DateTime64(9)', 'DateTime')
      .replace(/\n *labels .*/, '')
      .replace('fields String', 'fields FixedString(200)')
      .replace('TABLE logs', `TABLE ${table}`)
    await clickhouse.ask(columns)
    return {
      table,
      backend: builtInBackends.get('clickhouse') as LogBackend,
      config: { url: clickhouse.url, table },
      credentials: new Map(Object.entries({ username: 'default', password: clickhouse.password })),
      received: async atLeast => {
        const columns = 'namespace, pod, container, number, stream, message'
        let lines: readonly ReceivedLine[] = []
        do {
          const rows = await clickhouse.ask(`SELECT ${columns} FROM ${table} ORDER BY number FORMAT JSONEachRow`)
          lines = jsonLines(Buffer.from(rows)).map(row => ({ ...row, number: Number(row['number']) }) as ReceivedLine)
        } while (lines.length < atLeast)
        return lines
      },
      faults: { silent: async () => void process.kill(clickhouse.server.pid, 'SIGSTOP') },
      close: async () => void process.kill(clickhouse.server.pid, 'SIGCONT'),
    }
  }
  const poison: LogLine = { ...lineOf(sourceOf(), 7), fields: new Map([['much', 'x'.repeat(300)]]) }
  logBackendContract('ClickHouse (real)', { network: true, faults: ['silent'], poison }, stage)

  it('waits for a person where the table is not there, or the password is another', async () => {
    const on = await stage()
    for (const [where, said] of [
      [{ config: { ...on.config, table: 'none' } }, /none doesn't exist/],
      [{ credentials: new Map(Object.entries({ username: 'default', password: 'other' })) }, /password/],
    ] as const) {
      const writer = await openWriter({ ...on, ...where })
      const answer = await writer.write(linesOf(sourceOf(), 1, 2), signal)
      assert.equal(answer.tag, 'Denied', JSON.stringify(answer))
      assert.match('why' in answer ? answer.why : '', said)
      await writer.close()
    }
  })
})
