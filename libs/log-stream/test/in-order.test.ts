import assert from 'node:assert/strict'
import { inTimeOrder } from '../src/index.ts'
import type { LogBatch, Timed } from '../src/index.ts'

interface Said extends Timed {
  readonly text: string
}

/** Of what was stored in the tenth second, so early at the earliest lines are held back for others. */
const earliest = 8_000_000_001n

/** Batches, a list of what each gives, stored a second after the other from the tenth on. */
const ordered = async (...batches: readonly (readonly Said[])[]): Promise<readonly string[]> => {
  async function* stored(): AsyncGenerator<LogBatch> {
    for (const [i] of batches.entries()) yield { storedAt: 10_000 + i * 1_000, position: i } as unknown as LogBatch
  }
  const texts: string[] = []
  for await (const given of inTimeOrder(stored(), async ({ position }) => batches[position] ?? []))
    texts.push(...given.map(({ text }) => text))
  return texts
}
const said = (text: string, at: number, ofRun?: string): Said => ({
  ...{ text, time: earliest + BigInt(at) },
  ...(ofRun === undefined ? {} : { ofRun }),
})

describe('the order of lines', () => {
  it('is that of their times, over several runs and what happened meanwhile', async () => {
    const first = [said('a1', 1, 'a'), said('a4', 4, 'a')]
    assert.deepEqual(await ordered(first, [said('b2', 2, 'b')], [said('event', 3)]), ['a1', 'b2', 'event', 'a4'])
  })

  it('is that of a run where its clock is set back', async () => {
    const stepped = [said('a1', 5, 'a'), said('a2', 2, 'a'), said('a3', 6, 'a')]
    assert.deepEqual(await ordered(stepped, [said('b', 3, 'b')]), ['b', 'a1', 'a2', 'a3'])
    assert.deepEqual(await ordered([said('a1', 5, 'a')], [said('b', 3, 'b')], [said('a2', 1, 'a')]), ['b', 'a1', 'a2'])
  })

  it('does not wait for what comes much later', async () => {
    const late = await ordered([said('a', 1, 'a')], [], [], [], [said('b', 0, 'b')])
    assert.deepEqual(late, ['a', 'b'])
  })
})
