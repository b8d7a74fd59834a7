import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { mostAtOnce } from '../event-log.ts'
import type { EventLog } from '../event-log.ts'
import type { NewEvent } from '../event.ts'
import { eventOf, right, take } from './events.ts'

const namesOf = async (log: EventLog): Promise<readonly string[]> =>
  (await take(log.range(1, 1_000_000))).map(({ sequence, ref }) => `${sequence} ${ref.name}`)

/** What every `EventLog` does with several events at once. */
export const appendAllCases = (opened: () => EventLog): void => {
  describe('appending all or none', () => {
    it('gives events of several objects successive sequences', async () => {
      const log = opened()
      const first = right(await log.append(eventOf('quota')))
      const events = [eventOf('web'), eventOf('quota', { expected: first.sequence }), eventOf('address')]
      assert.deepEqual(await log.appendAll(events), E.right({ sequences: [2, 3, 4], duplicate: false }))
      assert.deepEqual(await namesOf(log), ['1 quota', '2 web', '3 quota', '4 address'])
      for (const [i, { id, ref, previous }] of events.entries()) {
        const kept = right(await log.get(i + 2))
        assert.deepEqual([kept?.id, kept?.ref, kept?.previous], [id, ref, previous])
        assert.equal(right(await log.last(ref))?.sequence, i + 2)
      }
      assert.deepEqual(await log.appendAll([eventOf('alone')]), E.right({ sequences: [5], duplicate: false }))
    })

    it('writes none where one expects what is not there, and says which', async () => {
      const log = opened()
      right(await log.append(eventOf('quota')))
      const events = [eventOf('web'), eventOf('quota'), eventOf('other', { expected: 9 })]
      assert.deepEqual(await log.appendAll(events), E.left({ tag: 'Conflict', index: 1, actual: 1 }))
      assert.deepEqual(
        await log.appendAll([eventOf('web'), eventOf('other', { expected: 9 })]),
        E.left({ tag: 'Conflict', index: 1, actual: 0 }),
      )
      assert.deepEqual(await namesOf(log), ['1 quota'])
      const again = [eventOf('web'), eventOf('quota', { expected: 1 })]
      assert.deepEqual(await log.appendAll(again), E.right({ sequences: [2, 3], duplicate: false }))
    })

    it('writes what is tried again once, and answers the same', async () => {
      const log = opened()
      const events = [eventOf('web'), eventOf('quota')]
      right(await log.appendAll(events))
      assert.deepEqual(await log.appendAll(events), E.right({ sequences: [1, 2], duplicate: true }))
      right(await log.append(eventOf('quota', { expected: 2 })))
      right(await log.appendAll([eventOf('web', { expected: 1 }), eventOf('quota', { expected: 3 })]))
      assert.deepEqual(
        await log.appendAll(events),
        E.right({ sequences: [1, 2], duplicate: true }),
        'even after others came',
      )
      assert.deepEqual(await namesOf(log), ['1 web', '2 quota', '3 quota', '4 web', '5 quota'])
    })

    it('takes no part of what was written for what is asked', async () => {
      const log = opened()
      const events = [eventOf('web'), eventOf('quota')]
      right(await log.appendAll(events))
      const refused = await log.appendAll([...events, eventOf('address')])
      assert.equal(E.isLeft(refused) && refused.left.tag, 'Rejected')
      assert.deepEqual(await namesOf(log), ['1 web', '2 quota'])
    })

    it('refuses what it can never write as one', async () => {
      const log = opened()
      const large = Buffer.from(JSON.stringify({ metadata: { name: 'big' }, filler: 'x'.repeat(8 * 1024 * 1024) }))
      const many = Array.from({ length: mostAtOnce + 1 }, (_, i) => eventOf(`pod-${i}`))
      const never: readonly (readonly NewEvent[])[] = [
        [],
        [eventOf('web'), eventOf('web', { expected: 1 })],
        [eventOf('web', { id: 'same' }), eventOf('quota', { id: 'same' })],
        [eventOf('web'), eventOf('big', { body: large })],
        many,
      ]
      for (const events of never) {
        const refused = await log.appendAll(events)
        assert.equal(E.isLeft(refused) && refused.left.tag, 'Rejected')
      }
      assert.deepEqual(await namesOf(log), [])
      assert.equal(right(await log.appendAll(many.slice(1))).sequences.at(-1), mostAtOnce)
    })

    it('lets one of many win each round, whole', async () => {
      const log = opened()
      let expected = 0
      for (let round = 1; round <= 4; round++) {
        const outcomes = await Promise.all(
          Array.from({ length: 16 }, (_, i) =>
            log.appendAll([eventOf(`pod-${round}-${i}`), eventOf('quota', { expected })]),
          ),
        )
        const won = outcomes.filter(E.isRight)
        assert.equal(won.length, 1)
        expected = won[0]?.right.sequences[1] ?? 0
        for (const outcome of outcomes)
          if (E.isLeft(outcome)) assert.deepEqual(outcome.left, { tag: 'Conflict', index: 1, actual: expected })
        assert.equal(right(await log.bounds()).last, 2 * round)
      }
    })

    it('shows no reader a part', async () => {
      const log = opened()
      const transactions = 60
      const size = 7
      const stop = new AbortController()
      const read: (readonly string[])[] = []
      const reading = (async () => {
        for await (const events of log.follow(1, stop.signal)) {
          read.push(events.map(({ ref }) => ref.name))
          if (read.flat().length === transactions * (size + 1)) break
        }
      })()
      await Promise.all(
        Array.from({ length: transactions }, async (_, i) => {
          const parts = Array.from({ length: size }, (__, part) => eventOf(`t${i}-${part}`))
          right(await log.appendAll(parts))
          right(await log.append(eventOf(`s${i}`)))
        }),
      )
      await reading
      stop.abort()
      const ranged: (readonly string[])[] = []
      for await (const events of log.range(1, transactions * (size + 1))) ranged.push(events.map(({ ref }) => ref.name))
      for (const names of [...read, ...ranged])
        for (const name of names.filter(each => each.startsWith('t'))) {
          const of = name.slice(0, name.indexOf('-') + 1)
          assert.equal(names.filter(each => each.startsWith(of)).length, size, `a part of ${of}`)
        }
      assert.equal(ranged.flat().length, transactions * (size + 1))
    })
  })
}
