import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import type { EventLog } from '../event-log.ts'
import { eventOf, right, take } from './events.ts'

/** What every `EventLog` does with writers of one moment. */
export const concurrentWritersCases = (opened: () => EventLog): void => {
  describe('written to by many at once', () => {
    it('takes many at once, each with its own outcome', async () => {
      const log = opened()
      const seen = new Map<number, number>()
      for (let round = 0; round < 3; round++) {
        const outcomes = await Promise.all(
          Array.from({ length: 40 }, (_, i) => {
            // Every tenth writer has seen something else than what is there.
            const expected = (seen.get(i) ?? 0) + (i % 10 === 9 ? 1_000 : 0)
            return log.append(eventOf(`lease-${i}`, { expected, rollup: true }))
          }),
        )
        outcomes.forEach((outcome, i) => {
          if (i % 10 === 9) assert.deepEqual(outcome, E.left({ tag: 'Conflict', actual: 0 }))
          else seen.set(i, right(outcome).sequence)
        })
      }
      const kept = await take(log.range(1, 1000))
      assert.deepEqual(
        kept.map(({ ref, sequence }) => [ref.name, sequence]),
        [...seen].sort(([, a], [, b]) => a - b).map(([i, sequence]) => [`lease-${i}`, sequence]),
      )
      assert.equal(right(await log.bounds()).last, 3 * 36)
    })

    it('lets one of 64 concurrent writers of an object win each round', async () => {
      const log = opened()
      let expected = 0
      for (let round = 0; round < 5; round++) {
        const seen = expected
        const outcomes = await Promise.all(
          Array.from({ length: 64 }, () => log.append(eventOf('contended', { expected: seen }))),
        )
        const won = outcomes.filter(E.isRight)
        assert.equal(won.length, 1)
        const winner = won[0]?.right.sequence ?? 0
        for (const outcome of outcomes)
          if (E.isLeft(outcome)) assert.deepEqual(outcome.left, { tag: 'Conflict', actual: winner })
        expected = winner
      }
      const names = (await take(log.range(1, 1000))).map(({ ref, sequence }) => `${sequence} ${ref.name}`)
      assert.deepEqual(
        names,
        [1, 2, 3, 4, 5].map(sequence => `${sequence} contended`),
      )
    })

    it('gives writers of many objects one order', async () => {
      const log = opened()
      const outcomes = await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(eventOf(`pod-${i}`))))
      const sequences = outcomes.map(outcome => right(outcome).sequence)
      assert.deepEqual(
        sequences.toSorted((a, b) => a - b),
        Array.from({ length: 200 }, (_, i) => i + 1),
      )
      for (const event of await take(log.range(1, 200)))
        assert.equal(sequences[Number(event.ref.name.slice('pod-'.length))], event.sequence)
    })
  })
}
