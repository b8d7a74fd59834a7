import assert from 'node:assert/strict'
import type { Gaps } from '@periplus/log'
import { virtualClock } from '@periplus/prelude'
import { logger } from '@periplus/service'
import { watchForLoss } from '../../src/roles/watch-for-loss.ts'

describe('events that a log loses while it is read', () => {
  const looks = async (...looked: readonly (Partial<Gaps> & { readonly lackedRoom?: boolean })[]) => {
    const clock = virtualClock(0)
    const said: string[] = []
    let now: (typeof looked)[number] = {}
    const watching = watchForLoss({
      ...{ clock, logger: logger('test', { write: line => void said.push(line) }) },
      gaps: async () => ({ unexplained: 0, accepted: 0, last: 100, ...now }),
      lackedRoom: () => now.lackedRoom ?? false,
    })
    const lines: number[] = []
    for (now of looked) {
      clock.advance(5 * 60_000)
      for (let turn = 0; turn < 10; turn++) await new Promise(resolve => setImmediate(resolve))
      lines.push(said.length)
    }
    await watching.stop()
    return { lines, said }
  }

  it('are told, once for as long as they are as many', async () => {
    const { lines, said } = await looks(
      ...[
        { unexplained: 2, accepted: 2 },
        { unexplained: 3, accepted: 2 },
        { unexplained: 3, accepted: 2 },
      ],
      { unexplained: 5, accepted: 2 },
    )
    assert.deepEqual(lines, [0, 1, 1, 2])
    assert.match(said[1] ?? '', /"level":"error".*missing from the log's middle.*"events":3/)
  })

  it('are not taken for what a full disk has left, nor for what nobody has counted', async () => {
    const { lines } = await looks({ unexplained: 3, lackedRoom: true }, { unexplained: 3, accepted: undefined })
    assert.deepEqual(lines, [0, 0])
  })
})
