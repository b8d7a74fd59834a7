import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import { metrics } from '@periplus/service'
import { auditFile } from '../../src/audit/audit-file.ts'

const start = Date.parse('2026-01-02T03:04:05Z')

describe('audit file', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'audit-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true }))

  const opened = (place = directory, mostBytes = 1024 * 1024) => {
    const measured = metrics()
    const losses: string[] = []
    const clock = virtualClock(start)
    const onLoss = (why: string) => void losses.push(why)
    const sink = auditFile({ ...{ directory: place, name: 'one', mostBytes, clock, metrics: measured, onLoss } })
    const lost = (): number => Number(/^apiserver_audit_error_total\{.*\} (\d+)$/m.exec(measured.text())?.[1] ?? 0)
    return { sink, losses, lost, clock }
  }
  const linesIn = (): readonly string[] =>
    readdirSync(directory)
      .sort()
      .flatMap(name => readFileSync(join(directory, name), 'utf8').split('\n').filter(Boolean))

  it('has the lines in their order, for nobody else to read', async () => {
    const { sink } = opened()
    const lines = Array.from({ length: 5_000 }, (_, i) => `line ${i}`)
    lines.forEach(sink.keep)
    await sink.close()
    assert.deepEqual(linesIn(), lines)
    const [name = ''] = readdirSync(directory)
    assert.equal(name, 'one-20260102T030405000Z.log')
    assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600)
  })

  it('begins a new file at a tenth of the bound, and removes the oldest of its own name', async () => {
    writeFileSync(join(directory, 'other-1.log'), 'x'.repeat(50_000))
    const most = 20_000
    for (let i = 0; i < 40; i++) {
      const { sink, clock } = opened(directory, most)
      clock.advance(i * 1_000)
      sink.keep(`${i} ${'x'.repeat(1_000)}`)
      await sink.close()
    }
    const own = readdirSync(directory).filter(name => name.startsWith('one-'))
    const size = own.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
    assert.ok(size <= most, `${size}`)
    assert.ok(own.length >= 15, `${own.length}`)
    assert.ok(readFileSync(join(directory, own.sort().at(-1) ?? ''), 'utf8').startsWith('39 '))
    assert.ok(readdirSync(directory).includes('other-1.log'))
  })

  it('loses and counts what a disk does not take, and goes on when it does', async () => {
    const place = join(directory, 'audit')
    writeFileSync(place, 'no directory')
    const { sink, losses, lost } = opened(place)
    sink.keep('lost')
    await sink.close()
    assert.equal(lost(), 1)
    assert.equal(losses.length, 1)
    rmSync(place)
    sink.keep('kept')
    await sink.close()
    assert.equal(lost(), 1)
    assert.match(readFileSync(join(place, readdirSync(place)[0] ?? ''), 'utf8'), /kept\n$/)
  })

  it('keeps no more than 8 MiB waiting for a disk that stands still', async () => {
    // Nobody reads what is written to the pipe, which takes 64 KiB.
    const pipe = join(directory, 'one-20260102T030405000Z.log')
    execFileSync('mkfifo', [pipe])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    const { sink, lost, clock } = opened()
    for (let i = 0; i < 10_000; i++) sink.keep('x'.repeat(1_000))
    assert.equal(lost(), 10_000 - Math.floor((8 * 1024 * 1024) / 1_000))
    const closing = sink.close()
    clock.advance(2_000)
    await closing
    rmSync(pipe)
    closeSync(reader)
  })
})
