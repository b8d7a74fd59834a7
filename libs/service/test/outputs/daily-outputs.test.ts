import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import { dailyOutputs } from '../../src/index.ts'

const hour = 3_600_000
const zone = process.env['TZ']

describe('outputs that begin anew each day', () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-daily-'))
    path = join(directory, 'output.log')
    process.env['TZ'] = 'Asia/Kathmandu'
  })
  afterEach(() => {
    rmSync(directory, { recursive: true })
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  })
  const has = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      readdirSync(directory)
        .sort()
        .map(name => [name, readFileSync(join(directory, name), 'utf8')]),
    )
  /** Just before midnight where the machine is, which is at a quarter past six in the evening of UTC. */
  const beforeMidnight = (): number => new Date(Date.now()).setHours(23, 30, 0, 0)

  it('do so with the first look after midnight where the machine is, and once', () => {
    const clock = virtualClock(beforeMidnight())
    assert.match(new Date(clock.now()).toISOString(), /T17:45/)
    const outputs = dailyOutputs(clock)
    writeFileSync(path, '')
    outputs.look([path])
    writeFileSync(path, 'one')
    clock.advance(hour / 2 - 1)
    outputs.look([path])
    assert.deepEqual(has(), { 'output.log': 'one' })
    clock.advance(1)
    outputs.look([path])
    assert.deepEqual(has(), { 'output.log': '', 'output.log.1': 'one' })
    appendFileSync(path, 'two')
    clock.advance(23 * hour)
    outputs.look([path])
    assert.deepEqual(has(), { 'output.log': 'two', 'output.log.1': 'one' })
    clock.advance(hour)
    outputs.look([path])
    assert.deepEqual(has(), { 'output.log': '', 'output.log.1': 'two', 'output.log.2': 'one' })
  })

  it('do so after a night in which nobody looked, and in which the supervisor was another one', () => {
    writeFileSync(path, 'one')
    const clock = virtualClock(beforeMidnight() + 24 * hour)
    dailyOutputs(clock).look([path])
    assert.deepEqual(has(), { 'output.log': '', 'output.log.1': 'one' })
    appendFileSync(path, 'two')
    dailyOutputs(clock).look([path])
    assert.deepEqual(has(), { 'output.log': 'two', 'output.log.1': 'one' })
    clock.advance(hour)
    dailyOutputs(clock).look([path])
    assert.deepEqual(has(), { 'output.log': '', 'output.log.1': 'two', 'output.log.2': 'one' })
  })

  it('stay as they are where nothing was said, and are full before the day is over as ever', () => {
    const clock = virtualClock(beforeMidnight())
    const outputs = dailyOutputs(clock, 5)
    writeFileSync(path, '')
    for (let days = 0; days < 9; days++) {
      outputs.look([path])
      clock.advance(24 * hour)
    }
    assert.deepEqual(has(), { 'output.log': '' })
    writeFileSync(path, 'x'.repeat(6))
    outputs.look([path])
    writeFileSync(path, 'today')
    outputs.look([path])
    assert.deepEqual(has(), { 'output.log': 'today', 'output.log.1': 'xxxxxx' })
  })

  it('begin anew one after another', () => {
    const clock = virtualClock(beforeMidnight() + 24 * hour)
    const paths = ['a', 'b', 'c'].map(name => join(directory, name))
    for (const each of paths) writeFileSync(each, 'said')
    const outputs = dailyOutputs(clock)
    for (const turned of [1, 2, 3, 3]) {
      outputs.look(paths)
      assert.equal(readdirSync(directory).filter(name => name.endsWith('.1')).length, turned)
    }
  })
})
