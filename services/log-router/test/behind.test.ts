import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '@periplus/prelude'
import type { Clock } from '@periplus/prelude'
import { httpRecorder } from '@periplus/logs/contract'
import type { HttpRecorder } from '@periplus/logs/contract'
import type { RunningService } from '@periplus/service'
import { segmentContent } from '../src/buffer/segment.ts'
import { sinkBuffers, sinkKinds } from '../src/index.ts'
import type { SinkBuffers } from '../src/index.ts'
import { linesOf, takes, upTo } from './lines.ts'
import { world } from './world.ts'
import type { World } from './world.ts'

/** The system's, but that minutes pass when they are told to. */
const impatientClock = () => {
  const minutes = new Set<() => void>()
  const after: Clock['after'] = (milliseconds, task) => {
    if (milliseconds !== 60_000) return systemClock.after(milliseconds, task)
    minutes.add(task)
    return () => void minutes.delete(task)
  }
  return {
    ...systemClock,
    after,
    letPass: () => {
      for (const task of minutes) task()
    },
  }
}

describe('a sink whose stream lets go of lines while its backend is away', function () {
  this.timeout(30_000)
  let on: World
  let recorder: HttpRecorder
  let directory: string
  const buffers = (more: object = {}) =>
    sinkBuffers({ directory, writer: 'r', hasRoom: () => true, patience: 5, ...more })
  let podUid: string
  const write = (from: number, to: number) => on.write({ namespace: 'shop', pod: 'web', podUid }, from, to)
  const soon = { batch: { maxWaitMilliseconds: 5, maxLines: 10 }, retry: { firstSeconds: 1, maxSeconds: 1 } }

  beforeEach(async () => {
    on = await world()
    recorder = await httpRecorder(takes)
    directory = mkdtempSync(join(tmpdir(), 'pp-router-'))
    podUid = await on.pod('shop', 'web', { app: 'web' })
    const other = await on.pod('shop', 'other')
    await on.sink('shop', 'all', {
      backend: { name: 'webhook', config: { url: recorder.url } },
      selector: { matchLabels: { app: 'web' } },
      ...soon,
    })
    await on.write({ namespace: 'shop', pod: 'other', podUid: other }, 1, 1)
  })
  afterEach(async () => {
    await on.close()
    await recorder.close()
    rmSync(directory, { recursive: true })
    assert.deepEqual(on.bugs, [])
  })

  /** Until the sink has delivered three lines, and then has fifty frames waiting that the stream does not have any more. */
  const fallBehind = async (kept: SinkBuffers): Promise<RunningService> => {
    const router = on.router({ buffers: kept })
    await write(1, 3)
    await recorder.until(() => linesOf(recorder).length >= 3)
    await recorder.away()
    await on.stream.expire({}, 1)
    for (let i = 0; i < 50; i++) await write(4 + i * 10, 13 + i * 10)
    return router
  }
  const holds = async (is: () => boolean): Promise<void> => {
    while (!is()) await new Promise(resolve => setTimeout(resolve, 5))
  }
  /** The last of the fifty frames is on disk. */
  const areKept = (): Promise<void> =>
    holds(() => {
      const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter(name =>
        name.endsWith('.frames'),
      )
      const frames = files.flatMap(name => segmentContent(readFileSync(join(directory, name))).frames)
      return frames.some(({ position }) => position === 52)
    })
  const numbers = (): readonly number[] => [...new Set(linesOf(recorder).map(({ number }) => number))]

  it('delivers them all from its disk', async () => {
    const kept = buffers()
    await fallBehind(kept)
    await areKept()
    await on.stream.expire({}, 52)
    await recorder.back()
    await write(504, 506)
    await recorder.until(() => linesOf(recorder).length >= 506)
    assert.deepEqual(
      linesOf(recorder).map(({ number }) => number),
      upTo(506),
    )
    await holds(() => kept.bytes === 0)
    await on.until(() => on.status('shop', 'all').delivered === 506)
    assert.equal(on.status('shop', 'all').dropped, 0)
  })

  it('delivers them also after the router was killed, and removes them with the sink', async () => {
    const kept = buffers()
    const first = await fallBehind(kept)
    await areKept()
    await first.stop()
    await on.stream.expire({}, 52)
    mkdirSync(join(directory, 'of-a-sink-that-went-meanwhile'))
    const again = buffers({ writer: 's' })
    on.router({ buffers: again })
    await recorder.back()
    await recorder.until(() => linesOf(recorder).length >= 503)
    await write(504, 506)
    await recorder.until(() => linesOf(recorder).length >= 506)
    assert.deepEqual(numbers(), upTo(506))
    const [kind] = sinkKinds(on.cut)
    assert.ok(kind)
    const ref = { group: 'logs.periplus.io', resource: 'logsinks', namespace: 'shop', name: 'all' }
    await on.run({ verb: 'delete', kind, ref, options: {} })
    await holds(() => readdirSync(directory).length === 0)
  })

  it('goes on where neither the stream nor its disk has them, and counts them', async () => {
    const clock = impatientClock()
    on.router({ buffers: buffers({ mostBytes: 500 }), clock })
    await write(1, 3)
    await recorder.until(() => linesOf(recorder).length >= 3)
    await recorder.away()
    for (let i = 0; i < 20; i++) await write(4 + i * 10, 13 + i * 10)
    await on.until(() => on.status('shop', 'all').conditions?.some(({ status }) => status === 'False') === true)
    await on.stream.expire({}, 20)
    await recorder.back()
    await write(204, 204)
    await recorder.until(() => numbers().includes(204))
    clock.letPass()
    await on.until(() => /Missing|Expired/.test(on.status('shop', 'all').lastError ?? ''))
    await on.until(() => (on.status('shop', 'all').dropped ?? 0) > 0)
    const { dropped = 0 } = on.status('shop', 'all')
    assert.equal(dropped + numbers().length, 204)
  })
})
