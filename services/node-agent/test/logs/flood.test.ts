import assert from 'node:assert/strict'
import { appendFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { memoryLogStream } from '@periplus/log-stream'
import type { LogStream } from '@periplus/log-stream'
import { systemClock } from '@periplus/prelude'
import { logPaces } from '../../src/logs/log-pace.ts'
import { shippedLog } from './shipped.ts'

const entry = (text: string): string => `2026-01-02T03:04:05.123456789Z stdout F ${text}\n`

describe('a log that is written to as fast as may be', function () {
  this.timeout(60_000)

  it('brings a line of one container among the flood of another', async () => {
    const sent: string[] = []
    const told = (what: string, stream: LogStream, then: () => void = () => undefined): LogStream => ({
      ...stream,
      append: frame => {
        sent.push(what)
        then()
        return stream.append(frame)
      },
    })
    const quiet = await shippedLog(told('line', memoryLogStream()))
    /** As its container does when the flood has begun. */
    const says = (): void => {
      if (sent.at(-1) === 'flood' && sent.filter(what => what === 'flood').length === 20)
        appendFileSync(quiet.path, entry('line 2'))
    }
    const loud = await shippedLog(told('flood', memoryLogStream(), says))
    await writeFile(quiet.path, entry('line 1'))
    const quietly = quiet.ship()
    for await (const { records } of quiet.stream.read({ follow: true })) if (records.length > 0) break
    // A third of a second of 200 MB/s.
    const flood = entry('x'.repeat(1_000)).repeat(64_000)
    await writeFile(loud.path, flood)
    loud.end()
    await loud.ship().done
    quiet.end()
    await quietly.done
    assert.equal((await loud.lines()).length, 64_000)
    assert.deepEqual(await quiet.lines(), ['line 1', 'line 2'])
    const frames = sent.filter(what => what === 'flood').length
    const between = sent.indexOf('line', 20) - 20
    assert.ok(between < frames / 8, `${between} of ${frames} frames of the flood came between`)
    await Promise.all([loud.close(), quiet.close()])
  })

  it('is told of what it loses while it does, though nothing of it is kept', async () => {
    const log = await shippedLog()
    await writeFile(log.path, entry('x'.repeat(1_000)).repeat(40_000))
    const pace = logPaces(() => ({ bytesPerSecond: 1, overQuota: 'Sample' }), systemClock)()
    let isWritten = true
    // Whenever it has been read there is more of it, for some seconds at most.
    const begun = Date.now()
    const wait = async (): Promise<void> => {
      isWritten &&= Date.now() - begun < 8_000
      if (isWritten) appendFileSync(log.path, entry('x'.repeat(1_000)).repeat(300))
    }
    const shipping = log.ship({ pace: { ...pace, wait } })
    for await (const { losses } of log.stream.read({ follow: true })) if (losses.some(({ lines }) => lines > 0)) break
    assert.ok(isWritten)
    isWritten = false
    shipping.kill()
    await shipping.done
    await log.close()
  })
})
