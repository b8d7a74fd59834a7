import assert from 'node:assert/strict'
import { nextTurn } from '@periplus/prelude'
import { memoryEventLog } from '@periplus/log'
import { startLiveCut, whenever } from '../src/index.ts'
import { history, pod, podKind } from '../src/contract/histories.ts'

describe('a question about the cut', () => {
  it('is asked in a turn of its own, once for all that was changed before, and no more when nobody wants to know', async () => {
    const log = memoryEventLog()
    const write = history(log)
    const { cut, close } = await startLiveCut({ log })
    const told: boolean[] = []
    let asked = 0
    const stop = whenever(
      cut,
      ({ resource }) => resource === 'pods',
      () => (asked++, cut.list(podKind).length > 1),
      answer => told.push(answer),
    )
    cut.subscribe(() => asked++)
    assert.deepEqual([asked, told], [1, [false]])
    asked = 0
    write.created(pod('default', 'web-1'))
    await cut.reached(write.created(pod('default', 'web-2')))
    const others = asked
    await nextTurn()
    assert.deepEqual([asked - others, told], [1, [false, true]])
    await cut.reached(write.created(pod('default', 'web-3')))
    stop()
    const before = asked
    await nextTurn()
    assert.equal(asked, before)
    await close()
  })
})
