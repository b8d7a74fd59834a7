import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { RecordedEvent } from '../event.ts'
import type { EventLog } from '../event-log.ts'
import { eventOf, right, take } from './events.ts'

/** An adapter under test, empty, whose server can be killed. */
export interface FaultyLog {
  readonly log: EventLog
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** Resolves when the adapter is connected to the restarted server. */
  recovered(): Promise<void>
  close(): Promise<void>
}

/** What every `EventLog` on a server does when that server is killed; a mocha suite. */
export const eventLogFaultContract = (name: string, open: () => Promise<FaultyLog>): void => {
  describe(`${name} keeps the contract of the log when its server is killed`, () => {
    let faulty: FaultyLog
    beforeEach(async () => {
      faulty = await open()
    })
    afterEach(() => faulty.close())

    it('says that it is unavailable while its server is gone', async () => {
      const { log } = faulty
      right(await log.append(eventOf('web')))
      await faulty.kill()
      const refused = await log.append(eventOf('other'))
      assert.ok(E.isLeft(refused))
      assert.equal(refused.left.tag, 'Unavailable')
      const none = await log.appendAll([eventOf('a'), eventOf('b')])
      assert.equal(E.isLeft(none) && none.left.tag, 'Unavailable')
      for (const answer of [await log.bounds(), await log.get(1), await log.last(eventOf('web').ref)]) {
        assert.ok(E.isLeft(answer))
        assert.equal(answer.left.tag, 'Unavailable')
      }
      await faulty.restart()
      await faulty.recovered()
      right(await appendUntilAnswered(log, eventOf('third')))
    })

    it('loses no acknowledged event and doubles none when its server is killed between publish and acknowledgement', async () => {
      const { log } = faulty
      const acknowledged = new Map<string, number>()
      const repeated = new Set<string>()
      const stop = new AbortController()
      const followed: RecordedEvent[] = []
      const following = (async () => {
        for await (const events of log.follow(1, stop.signal)) followed.push(...events)
      })()
      let writing = true
      const writer = async (index: number): Promise<void> => {
        let expected = 0
        for (let i = 0; writing; i++) {
          const event = eventOf(`pod-${index}`, { expected })
          const outcome = await log.append(event)
          if (E.isLeft(outcome)) {
            assert.equal(outcome.left.tag, 'Unavailable')
            repeated.add(event.id)
          }
          const { sequence } = E.isRight(outcome) ? outcome.right : right(await appendUntilAnswered(log, event))
          acknowledged.set(event.id, sequence)
          expected = sequence
        }
      }
      /** Every pair is two events of two objects, or none. */
      const pairs: (readonly [string, string])[] = []
      const pairing = async (index: number): Promise<void> => {
        let expected: readonly number[] = [0, 0]
        while (writing) {
          const pair = expected.map((each, i) => eventOf(`pair-${index}-${i}`, { expected: each }))
          let outcome = await log.appendAll(pair)
          while (E.isLeft(outcome)) {
            assert.equal(outcome.left.tag, 'Unavailable')
            await new Promise(resolve => setImmediate(resolve))
            outcome = await log.appendAll(pair)
          }
          expected = outcome.right.sequences
          pair.forEach(({ id }, i) => acknowledged.set(id, expected[i] ?? 0))
          pairs.push([pair[0]?.id ?? '', pair[1]?.id ?? ''])
        }
      }
      const writers = [
        ...Array.from({ length: 32 }, (_, index) => writer(index)),
        ...Array.from({ length: 4 }, (_, index) => pairing(index)),
      ]
      for (let round = 1; round <= 3; round++) {
        const target = acknowledged.size + 100
        while (acknowledged.size < target) await new Promise(resolve => setImmediate(resolve))
        await faulty.kill()
        await faulty.restart()
        await faulty.recovered()
      }
      writing = false
      await Promise.all(writers)
      assert.ok(repeated.size > 0, 'a kill hit something in flight')

      const { last } = right(await log.bounds())
      const kept = await take(log.range(1, last))
      assert.equal(new Set(kept.map(({ id }) => id)).size, kept.length, 'no event twice')
      for (const [id, sequence] of acknowledged) assert.equal(kept[sequence - 1]?.id, id)
      assert.equal(kept.length, acknowledged.size, 'and none that nobody wrote')
      assert.ok(pairs.length > 0)
      for (const [a, b] of pairs) assert.equal(acknowledged.get(b), (acknowledged.get(a) ?? 0) + 1)
      while (followed.length < kept.length) await new Promise(resolve => setImmediate(resolve))
      stop.abort()
      await following
      assert.deepEqual(
        followed.map(({ sequence, id }) => [sequence, id]),
        kept.map(({ sequence, id }) => [sequence, id]),
        'a follower saw the same',
      )
    }).timeout(60_000)
  })
}

/** As a writer does: the same id until there is an answer. */
const appendUntilAnswered = async (
  log: EventLog,
  event: ReturnType<typeof eventOf>,
): ReturnType<EventLog['append']> => {
  for (;;) {
    const outcome = await log.append(event)
    if (E.isRight(outcome) || outcome.left.tag !== 'Unavailable') return outcome
    await new Promise(resolve => setImmediate(resolve))
  }
}
