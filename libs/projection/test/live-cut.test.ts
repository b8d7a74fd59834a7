import assert from 'node:assert/strict'
import { E, sharedTurn } from '@periplus/prelude'
import { LogGap, memoryEventLog } from '@periplus/log'
import type { EventLog, RecordedEvent } from '@periplus/log'
import { dependentsOf, memoryProjection, mutableCut, startLiveCut } from '../src/index.ts'
import type { WaitingFor } from '../src/index.ts'
import { history, pod, podKind } from '../src/contract/histories.ts'

const batches = async function* (events: readonly RecordedEvent[]): AsyncGenerator<readonly RecordedEvent[]> {
  yield events
}

/** Nobody empties a store in which nothing is wrong. */
const clear = async (): Promise<void> => assert.fail('the store was emptied')

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

  it('lets the loop come round between batches that take a turn to be told', async () => {
    const log = memoryEventLog({ batchSize: 1 })
    const write = history(log)
    const { cut, close } = await startLiveCut({ log })
    let rounds = 0
    const roundsBefore: number[] = []
    cut.subscribe(() => {
      roundsBefore.push(rounds)
      while (!sharedTurn.isOver());
      setImmediate(() => rounds++)
    })
    for (let at = 0; at < 3; at++) write.created(pod('default', `web-${at}`))
    await cut.reached(3)
    await close()
    assert.deepEqual(roundsBefore, [0, 1, 2])
  })

  it('starts where the store is, and ignores a store of another log', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`))
    const events = log.slice(1)
    const read: number[] = []
    const watched = {
      ...log,
      follow: (from: number, signal: AbortSignal) => (read.push(from), log.follow(from, signal)),
    }
    const store = memoryProjection()
    await store.apply(0, events.slice(0, 2))
    const fromStore = await startLiveCut({ log: watched, store })
    assert.deepEqual([fromStore.cut.list(podKind).length, read.pop()], [3, 3])
    assert.equal(fromStore.cut.recent(1), undefined)
    assert.equal(fromStore.cut.recent(2)?.length, 1)
    await fromStore.close()
    await store.clear()
    await store.apply(
      0,
      events.map(event => ({ ...event, id: `foreign ${event.id}` })),
    )
    const fromLog = await startLiveCut({ log: watched, store })
    assert.deepEqual([fromLog.cut.list(podKind).length, read.pop()], [3, 1])
    await fromLog.close()
  })

  it('is exact after a snapshot that was read while others wrote', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`, { owner: 'rs' }))
    write.deleted(pod('default', 'web-2', { owner: 'rs' }))
    write.changed(pod('default', 'web-1', { owner: 'rs', nodeName: 'n1' }))
    write.created(pod('default', 'web-2'))
    write.changed(pod('default', 'web-3'))
    const events = log.slice(1)
    // Some objects as they were at 3, others as they became later.
    const torn = [events[1], events[4], events[6]].filter(event => event !== undefined)
    const id = events[2]?.id ?? ''
    const { cut, close } = await startLiveCut({
      log,
      store: { snapshot: async () => ({ sequence: 3, tip: { sequence: 3, id }, events: batches(torn) }), clear },
    })
    const fresh = mutableCut()
    fresh.apply(events)
    assert.deepEqual(
      cut.entries('', 'pods').map(({ sequence, bytes }) => [sequence, Buffer.from(bytes).toString()]),
      fresh.entries('', 'pods').map(({ sequence, bytes }) => [sequence, Buffer.from(bytes).toString()]),
    )
    assert.deepEqual(
      cut.entriesBy(dependentsOf, 'rs').map(({ ref }) => ref.name),
      fresh.entriesBy(dependentsOf, 'rs').map(({ ref }) => ref.name),
    )
    assert.equal(cut.recent(6), undefined, 'what was loaded is not remembered as changes')
    await close()
  })

  it('starts from the log when the store goes away while it is being read', async () => {
    const log = memoryEventLog()
    history(log).created(pod('default', 'web'))
    const id = log.slice(1)[0]?.id ?? ''
    const leaving = (async function* () {
      yield log.slice(1)
      throw new Error('gone')
    })()
    const store = { snapshot: async () => ({ sequence: 1, tip: { sequence: 1, id }, events: leaving }), clear }
    const { cut, close } = await startLiveCut({ log, store })
    assert.equal(cut.list(podKind).length, 1)
    await close()
  })

  it('says what it waits for where it waits long', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`))
    const stop = new AbortController()
    // A log that has lost what its bounds count.
    const torn: EventLog = {
      ...log,
      follow: async function* (from, signal) {
        yield log.slice(from, 2)
        await new Promise(resolve => signal.addEventListener('abort', resolve))
      },
    }
    const waiting = await new Promise<WaitingFor>(resolve => {
      startLiveCut({ log: torn, signal: stop.signal, onWaiting: resolve }).catch(() => undefined)
    })
    assert.deepEqual(waiting, { tag: 'Events', sequence: 2, head: 3 })
    stop.abort()
  }).timeout(10_000)

  it('starts with what the log has at its watermark, and refuses to start past a gap', async () => {
    const log = memoryEventLog()
    const write = history(log)
    for (let i = 1; i <= 3; i++) write.created(pod('default', `web-${i}`))
    write.deleted(pod('default', 'web-1'))
    const store = memoryProjection()
    await store.apply(0, log.slice(1, 1))
    write.created(pod('default', 'web-4'))
    log.forget(4)
    for (const config of [{ log }, { log, store }]) {
      const running = await startLiveCut(config)
      assert.equal(running.cut.sequence, 5)
      assert.deepEqual(
        running.cut.entries('', 'pods').map(({ ref, sequence }) => [ref.name, sequence]),
        [
          ['web-2', 2],
          ['web-3', 3],
          ['web-4', 5],
        ],
      )
      await running.close()
    }
    await assert.rejects(startLiveCut({ log: { ...log, bases: async () => E.right([]) } }), LogGap)
  })
})
