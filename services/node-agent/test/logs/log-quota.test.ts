import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { systemClock, virtualClock } from '@periplus/prelude'
import { logPaces } from '../../src/logs/log-pace.ts'
import { multilineOf, quotaOf } from '../../src/logs/log-quota.ts'
import type { OverQuota } from '../../src/logs/log-quota.ts'
import { logLossVerdict } from '../../src/status/log-losses.ts'
import { shippedLog } from './shipped.ts'

const rate = 'logs.periplus.io/bytes-per-second'
const policy = 'logs.periplus.io/over-quota'

describe('the quota of a pod’s lines', () => {
  it('is what the namespace says, or less', () => {
    assert.equal(quotaOf(undefined, undefined), undefined)
    assert.deepEqual(quotaOf({ [rate]: '1Mi' }, undefined), { bytesPerSecond: 2 ** 20, overQuota: 'Block' })
    assert.deepEqual(quotaOf({ [rate]: '1Mi' }, { [rate]: '1Ki', [policy]: 'Sample' }), {
      ...{ bytesPerSecond: 1024, overQuota: 'Sample' },
    })
    assert.equal(quotaOf({ [rate]: '1Mi' }, { [rate]: '1Gi' })?.bytesPerSecond, 2 ** 20)
    for (const nonsense of ['', 'x', '-1', '0', '1'.repeat(300)])
      assert.equal(quotaOf({ [rate]: nonsense }, {}), undefined)
    assert.equal(quotaOf({ [rate]: '5', [policy]: 'constructor' }, {})?.overQuota, 'Block')
    assert.equal(multilineOf({ 'logs.periplus.io/multiline': 'java' }), 'java')
    assert.equal(multilineOf({ 'logs.periplus.io/multiline': 'cobol' }), undefined)
  })

  const paced = (overQuota: OverQuota) => {
    const clock = virtualClock(0)
    return { clock, pace: logPaces(() => ({ bytesPerSecond: 100, overQuota }), clock)() }
  }
  const signal = new AbortController().signal

  it('lets a pod say at once what it saved, and samples the rest', () => {
    const { clock, pace } = paced('Sample')
    const kept = (): number => Array.from({ length: 100 }, () => pace.keeps(10)).filter(Boolean).length
    assert.equal(kept(), 50)
    clock.advance(1000)
    assert.equal(kept(), 10)
  })

  it('makes reading wait, and with `DropOldest` no longer than what waits is worth', async () => {
    const { clock, pace } = paced('Block')
    assert.ok(pace.keeps(700))
    let goesOn = false
    const waiting = pace.wait(700, async () => 1e9, signal).then(() => (goesOn = true))
    for (let step = 0; step < 19; step++) {
      clock.advance(100)
      await new Promise(setImmediate)
    }
    assert.equal(goesOn, false)
    clock.advance(200)
    await waiting
    const dropping = paced('DropOldest').pace
    assert.ok(dropping.keeps(700))
    await dropping.wait(700, async () => 1_001, signal)
    assert.equal(dropping.keeps(1), false)
  })

  it('with `DropOldest` asks how much waits once for as much as goes, and of each log apart', async () => {
    const paces = logPaces(() => ({ bytesPerSecond: 100, overQuota: 'DropOldest' }), virtualClock(0))
    const [loud, quiet] = [paces(), paces()]
    assert.ok(loud.keeps(700))
    let asked = 0
    for (let left = 1_000_000; left > 10_000; left -= 1_000) {
      await loud.wait(1_000, async () => (asked++, left), signal)
      assert.equal(loud.keeps(1), false)
    }
    assert.equal(asked, 1)
    assert.ok(quiet.keeps(1))
  })

  it('numbers what it lets go, and says how much that was', async () => {
    const log = await shippedLog()
    const line = (i: number): string => `2026-01-02T03:04:05Z stdout F ${String(i).padStart(9, '0')}\n`
    await writeFile(log.path, Array.from({ length: 100 }, (_, i) => line(i)).join(''))
    log.end()
    const pace = logPaces(() => ({ bytesPerSecond: 18, overQuota: 'Sample' }), systemClock)()
    await log.ship({ pace }).done
    const batches = await log.batches()
    assert.deepEqual(
      batches.flatMap(({ records }) => records.map(({ number }) => number)),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    )
    assert.deepEqual(
      batches.flatMap(({ losses }) => losses.map(({ reason, lines, bytes }) => [reason, lines, bytes])),
      [['Quota', 90, 810]],
    )
    await log.close()
  }).timeout(20_000)

  it('lets the oldest go by what was written, however little of it there is once it is compressed', async () => {
    const log = await shippedLog()
    const [files, lines] = [4, 10_000]
    for (let file = 1; file <= files; file++) {
      await writeFile(log.path, '2026-01-02T03:04:05Z stdout F x\n'.repeat(lines))
      if (file < files) await log.rotate(files)
    }
    log.end()
    const pace = logPaces(() => ({ bytesPerSecond: 2_000, overQuota: 'DropOldest' }), systemClock)()
    await log.ship({ pace }).done
    const batches = await log.batches()
    const there = batches.reduce((sum, { records }) => sum + records.length, 0)
    const lost = batches.flatMap(({ losses }) => losses).reduce((sum, loss) => sum + loss.lines, 0)
    assert.equal(there + lost, files * lines)
    // What comes last is not over ten seconds of the quota, nor is what was read before it was known how much waits.
    assert.ok(there < 2 * lines, `${there} of ${there + lost} lines`)
    await log.close()
  }).timeout(20_000)

  it('is told in a condition that does not change with every line', () => {
    assert.equal(logLossVerdict([]), undefined)
    const message = (lines: number): string | undefined =>
      logLossVerdict([{ reason: 'Quota', lines, bytes: 0 }])?.message
    assert.equal(message(1234), 'lines of this pod are not in the log stream: Quota: at least 1000 lines')
    assert.equal(message(1999), message(1000))
    assert.notEqual(message(2000), message(1999))
  })
})
