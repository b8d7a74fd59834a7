import assert from 'node:assert/strict'
import type { EventLog } from '../event-log.ts'
import { eventOf, right, take } from './events.ts'

/** What every `EventLog` does for who follows it. */
export const followingCases = (opened: () => EventLog): void => {
  describe('followed', () => {
    it('follows from any sequence: what is there, then what comes', async () => {
      const log = opened()
      for (let i = 1; i <= 300; i++) right(await log.append(eventOf(`pod-${i}`)))
      for (const from of [1, 150, 300, 301]) {
        const stop = new AbortController()
        const following = take(log.follow(from, stop.signal), 310 - from + 1)
        const last = right(await log.bounds()).last
        if (from === 1) for (let i = 301; i <= 310; i++) right(await log.append(eventOf(`pod-${i}`)))
        assert.ok(last >= 300)
        const sequences = (await following).map(({ sequence }) => sequence)
        assert.deepEqual(
          sequences,
          Array.from({ length: 310 - from + 1 }, (_, i) => from + i),
        )
      }
    })

    it('ends following when told to', async () => {
      const log = opened()
      right(await log.append(eventOf('web')))
      const stop = new AbortController()
      const read: number[] = []
      for await (const events of log.follow(1, stop.signal)) {
        read.push(...events.map(({ sequence }) => sequence))
        stop.abort()
      }
      assert.deepEqual(read, [1])
      assert.deepEqual(await take(log.follow(1, AbortSignal.abort())), [])
    })
  })
}
