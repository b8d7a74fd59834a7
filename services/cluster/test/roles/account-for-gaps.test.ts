import assert from 'node:assert/strict'
import { memoryEventLog } from '@periplus/log'
import type { EventLog, NewEvent, Sequence } from '@periplus/log'
import { E, virtualClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import type { RunningCut } from '@periplus/projection'
import { logger } from '@periplus/service'
import { accountForGaps } from '../../src/roles/account-for-gaps.ts'
import { eventOf } from './events.ts'

describe('the gaps that a full disk has left', () => {
  let log: EventLog
  /** Sequences that the log has lost. */
  let lost: Set<Sequence>
  let running: RunningCut
  let said: string[]
  let accepted: number[]
  let isSet: boolean
  let free: boolean
  let stop: () => Promise<void>
  const clock = virtualClock(0)

  const append = async (event: NewEvent): Promise<Sequence> => {
    const appended = await log.append(event)
    assert.ok(E.isRight(appended))
    await running.cut.reached(appended.right.sequence)
    return appended.right.sequence
  }
  /** As long as it takes until it has looked. */
  const looked = async (): Promise<void> => {
    clock.advance(2_000)
    for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
  }

  beforeEach(async () => {
    const memory = memoryEventLog()
    lost = new Set()
    log = {
      ...memory,
      range: async function* (from, to, signal) {
        for await (const batch of memory.range(from, to, signal)) yield batch.filter(event => !lost.has(event.sequence))
      },
    }
    running = await startLiveCut({ log: memory })
    ;[said, accepted, isSet, free] = [[], [], false, true]
    await append(eventOf('before'))
    const accounting = accountForGaps({
      ...{ cut: running.cut, log, clock, logger: logger('test', { write: line => void said.push(line) }) },
      unaccounted: { isSet: () => isSet, set: () => (isSet = true), clear: () => void (isSet = false) },
      hasRoom: () => free,
      gaps: async () => ({ unexplained: 7, accepted: 0, last: running.cut.sequence }),
      acceptGaps: async unexplained => accepted.push(unexplained),
    })
    stop = accounting.stop
  })
  afterEach(async () => {
    await stop()
    await running.close()
  })

  it('are accepted once there is room, where all that was delivered is there', async () => {
    await append(eventOf('a'))
    await looked()
    assert.deepEqual([accepted, isSet], [[], false])
    ;[isSet, free] = [true, false]
    await looked()
    assert.deepEqual([accepted, isSet], [[], true])
    free = true
    await looked()
    assert.deepEqual([accepted, isSet], [[7], false])
  })

  it('are left to the next start where something that was delivered is lost', async () => {
    await append(eventOf('a'))
    lost.add(await append(eventOf('b')))
    isSet = true
    await looked()
    assert.deepEqual([accepted, isSet], [[], false])
    assert.match(said.join('\n'), /1 events that were written are not in the log any more/)
  })

  it('are told from heartbeats, each of which takes the one before it away', async () => {
    const lease = { ref: { group: '', resource: 'leases', namespace: 'default', name: 'node' }, rollup: true }
    const first = await append(eventOf('node', lease))
    await append(eventOf('node', { ...lease, type: 'spec-changed', expected: first, previous: first }))
    await append(eventOf('a'))
    isSet = true
    await looked()
    assert.deepEqual([accepted, isSet], [[7], false])
  })
})
