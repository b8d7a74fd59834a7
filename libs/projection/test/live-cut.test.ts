import assert from 'node:assert/strict'
import { LogGap, memoryEventLog } from '@periplus/log'
import { startLiveCut } from '../src/index.ts'
import { history, pod, podKind } from './histories.ts'

describe('startLiveCut', () => {
  it('holds what is in the log when it has started, and then what comes', async () => {
    const log = memoryEventLog()
    const write = history(log)
    write.created(pod('default', 'web-1'))
    const { cut, close, ended } = await startLiveCut({ log })
    assert.equal(cut.list(podKind).length, 1)
    await cut.reached(write.created(pod('default', 'web-2')))
    assert.equal(cut.list(podKind).length, 2)
    await close()
    await ended
    write.created(pod('default', 'web-3'))
    assert.equal(cut.sequence, 2)
  })

  it('starts where the store is, and ignores a store of another log', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`))
    const events = log.slice(1, 2)
    const read: number[] = []
    const watched = {
      ...log,
      follow: (from: number, signal: AbortSignal) => (read.push(from), log.follow(from, signal)),
    }
    const fromStore = await startLiveCut({ log: watched, store: { snapshot: async () => ({ sequence: 2, events }) } })
    assert.deepEqual([fromStore.cut.list(podKind).length, read.pop()], [3, 3])
    assert.equal(fromStore.cut.recent(1), undefined)
    await fromStore.close()
    const foreign = await startLiveCut({ log: watched, store: { snapshot: async () => ({ sequence: 9, events }) } })
    assert.deepEqual([foreign.cut.list(podKind).length, read.pop()], [3, 1])
    await foreign.close()
  })

  it('refuses to start past a gap', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`))
    log.forget(2)
    await assert.rejects(startLiveCut({ log }), LogGap)
  })
})
