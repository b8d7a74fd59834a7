import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serviceLogs } from '../../src/node-logs/service-logs.ts'
import type { ServiceLog } from '../../src/node-logs/service-logs.ts'
import type { LogQueryOptions } from '../../src/node-logs/log-query.ts'
import { lineTime } from '../../src/node-logs/line-time.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()
const time = (second: number): number => Date.parse(at(second))
const line = (second: number, message: string, component = 'node'): string =>
  JSON.stringify({ time: at(second), level: 'info', component, message })

describe("what the node's parts said", () => {
  const directory = mkdtempSync(join(tmpdir(), 'pp-service-logs-'))
  const file = (name: string): string => join(directory, name)
  after(() => rmSync(directory, { recursive: true }))

  const said = async (logs: readonly ServiceLog[], options: LogQueryOptions = {}, startedAt = 0): Promise<string[]> => {
    let text = ''
    for await (const piece of serviceLogs(logs, options, startedAt)) text += piece
    return text.split('\n').filter(each => each !== '')
  }
  const messages = async (...words: Parameters<typeof said>): Promise<readonly string[]> =>
    (await said(...words)).map(each => String((JSON.parse(each) as { message: string }).message))

  before(() => {
    writeFileSync(file('node.log.1'), `${line(1, 'first')}\n${line(2, 'Second')}\n`)
    writeFileSync(file('node.log'), `${line(3, 'third')}\n${line(5, 'fifth')}\n`)
    writeFileSync(
      file('plane.log'),
      `${line(2, 'a', 'apiserver')}\n${line(4, 's', 'scheduler')}\n${line(6, 'b', 'apiserver')}`,
    )
  })

  it('is read from before a rotation on, as it is written', async () => {
    assert.deepEqual(await said([{ path: file('node.log') }]), [
      ...[line(1, 'first'), line(2, 'Second'), line(3, 'third'), line(5, 'fifth')],
    ])
    const isOf = (text: string): boolean => text.includes('apiserver')
    assert.deepEqual(await messages([{ path: file('plane.log'), isOf }]), ['a', 'b'])
    assert.deepEqual(await said([{ path: file('none/node.log') }]), [])
  })

  it('is that of a time, the last of it, and what has a pattern', async () => {
    const node = [{ path: file('node.log') }]
    assert.deepEqual(await messages(node, { since: time(2), until: time(3) }), ['Second', 'third'])
    assert.deepEqual(await messages(node, { tail: 1 }), ['fifth'])
    assert.deepEqual(await messages(node, { tail: 0 }), [])
    assert.deepEqual(await messages(node, { tail: 1, until: time(4) }), ['third'])
    assert.deepEqual(await messages(node, { pattern: 'second' }), ['Second'])
    assert.deepEqual(await messages(node, { pattern: 'THIRD' }), [])
    assert.deepEqual(await messages(node, { boot: 0 }, time(3)), ['third', 'fifth'])
    assert.match((await said(node, { boot: -1 }))[0] ?? '', /boot -1/)
  })

  it('stands in the order of its times where it is of several', async () => {
    const both = [{ path: file('plane.log') }, { path: file('node.log') }]
    assert.deepEqual(await messages(both), ['first', 'a', 'Second', 'third', 's', 'fifth', 'b'])
  })

  it('is of large files in pieces, and lines that never end are cut', async () => {
    const count = 20_000
    const lines = Array.from({ length: count }, (_, i) => line(0, `${i} é`))
    writeFileSync(file('large.log'), `${lines.join('\n')}\n`)
    assert.deepEqual(await said([{ path: file('large.log') }]), lines)
    assert.deepEqual(await said([{ path: file('large.log') }], { tail: 3 }), lines.slice(-3))
    writeFileSync(file('long.log'), `${'x'.repeat(5 * 2 ** 20)}\nafter\n`)
    const [long = '', after] = await said([{ path: file('long.log') }])
    assert.ok(long.length < 1.2 * 2 ** 20)
    assert.equal(after, 'after')
    assert.deepEqual(await said([{ path: file('long.log') }], { tail: 100 }), [long, after])
  })

  it('is no file that a link leads to', async () => {
    symlinkSync('/etc/passwd', file('link.log'))
    assert.deepEqual(await said([{ path: file('link.log') }]), [])
  })

  it('has times in several forms', () => {
    const local = new Date(2026, 10, 29, 15, 40, 0, 123).getTime()
    assert.equal(lineTime('[12] 2026/11/29 15:40:00.123000 [INF] Starting'), local)
    assert.equal(lineTime('12:M 29 Nov 2026 15:40:00.123 * Ready'), local)
    assert.equal(lineTime('time="2026-11-29T15:40:00.123Z" level=info'), Date.UTC(2026, 10, 29, 15, 40, 0, 123))
    for (const none of ['', 'at 2026-11-29', '{"time":"soon"}']) assert.equal(lineTime(none), undefined)
  })
})
