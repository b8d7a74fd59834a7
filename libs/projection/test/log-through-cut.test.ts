import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { LogGap, memoryEventLog } from '@periplus/log'
import type { EventLog, RecordedEvent } from '@periplus/log'
import { keepProjected, logThroughCut, memoryProjection, mutableCut } from '../src/index.ts'
import type { MutableCut } from '../src/index.ts'
import { history, pod } from '../src/contract/histories.ts'

/** A log that can only be read, with the sequences from which it was. */
const readOnly = (log: EventLog) => {
  const ranges: (readonly [from: number, to: number])[] = []
  const watched: EventLog = {
    ...log,
    follow: () => assert.fail('a consumer of its own'),
    range: (from, to, signal) => (ranges.push([from, to]), log.range(from, to, signal)),
  }
  return { watched, ranges }
}

describe('logThroughCut', () => {
  const world = (recentLimit: number) => {
    const log = memoryEventLog()
    const write = history(log)
    const cut: MutableCut = mutableCut({ recentLimit })
    const { watched, ranges } = readOnly(log)
    return { log, write, cut, ranges, through: logThroughCut(watched, cut), catchUp: () => cut.apply(log.slice(1)) }
  }
  const sequences = (events: readonly RecordedEvent[] | undefined) => events?.map(({ sequence }) => sequence)

  it('gives what the cut remembers, then what comes, in as few batches as its reader is slow', async () => {
    const { write, ranges, through, catchUp } = world(100)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`))
    catchUp()
    const stop = new AbortController()
    const batches = through.follow(2, stop.signal)[Symbol.asyncIterator]()
    assert.deepEqual(sequences((await batches.next()).value), [2, 3])
    for (let i = 4; i <= 6; i++) {
      write.created(pod('default', `web-${i}`))
      catchUp()
    }
    assert.deepEqual(sequences((await batches.next()).value), [4, 5, 6])
    const waiting = batches.next()
    write.deleted(pod('default', 'web-1'))
    catchUp()
    assert.deepEqual(sequences((await waiting).value), [7])
    assert.deepEqual(ranges, [])
    const last = batches.next()
    stop.abort()
    assert.equal((await last).done, true)
  })

  it('waits for a cut that is behind, and ends while it waits', async () => {
    const { write, through, catchUp } = world(100)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`))
    const stop = new AbortController()
    const batches = through.follow(3, stop.signal)[Symbol.asyncIterator]()
    const first = batches.next()
    catchUp()
    assert.deepEqual(sequences((await first).value), [3])
    await batches.return?.()
  })

  it('reads from the log what the cut remembers no more, and says where that is gone', async () => {
    const { log, write, ranges, through, catchUp } = world(2)
    for (let i = 1; i <= 10; i++) write.created(pod('default', `web-${i}`))
    catchUp()
    const stop = new AbortController()
    const seen: number[] = []
    for await (const events of through.follow(1, stop.signal)) {
      seen.push(...events.map(({ sequence }) => sequence))
      if (seen.length === 10) {
        for (let i = 11; i <= 12; i++) write.created(pod('default', `web-${i}`))
        catchUp()
      }
      if (seen.length === 12) stop.abort()
    }
    assert.deepEqual(seen, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    assert.deepEqual(ranges, [[1, 10]])
    log.forget(3)
    const broken = through.follow(1, new AbortController().signal)[Symbol.asyncIterator]()
    await assert.rejects(broken.next(), LogGap)
  })

  it('keeps a projection as a consumer would, rollups included', async () => {
    const { log, write, through, catchUp } = world(5)
    const projection = memoryProjection()
    const stop = new AbortController()
    let arrived: (() => void) | undefined
    const kept = keepProjected({
      ...{ log: through, projection, signal: stop.signal, gatherMilliseconds: 0 },
      onProgress: progress => {
        if (progress.tag === 'Applied' && progress.applied === log.slice(1).at(-1)?.sequence) arrived?.()
      },
    })
    for (let i = 0; i < 40; i++) {
      const done = new Promise<void>(resolve => (arrived = resolve))
      for (let j = 0; j < 1 + (i % 9); j++) write.created(pod('default', `web-${i}-${j}`))
      write.heartbeat(pod('default', 'beat'))
      catchUp()
      await done
    }
    stop.abort()
    await kept
    const alone = memoryProjection()
    await alone.apply(0, log.slice(1))
    const [mine, expected] = [await projection.contentHash(), await alone.contentHash()]
    assert.ok(E.isRight(mine) && E.isRight(expected))
    assert.equal(mine.right.value, expected.right.value)
  })
})
