import assert from 'node:assert/strict'
import type { Either } from '@periplus/prelude'
import { E } from '@periplus/prelude'
import { memoryEventLog } from '@periplus/log'
import type { RecordedEvent } from '@periplus/log'
import { history, pod } from './contract/histories.ts'
import { memoryProjection } from './store/memory/memory-projection.ts'
import type { At, Projection } from './store/projection.ts'

export { findsByIndexes } from './contract/found-by.ts'

/** An adapter under test, empty. */
export interface ProjectionUnderTest {
  readonly projection: Projection
  /** Empties it behind its back, as FLUSHALL does. */
  flush(): Promise<void>
  close(): Promise<void>
}

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}
const value = async <A>(answer: Promise<Either<unknown, At<A>>>): Promise<A> => right(await answer).value

/** A log in which everything happens that a projection must tell apart. */
const eventful = (): readonly RecordedEvent[] => {
  const log = memoryEventLog()
  const write = history(log)
  write.created(pod('a', 'web-1', { owner: 'rs', labels: { app: 'web', tier: 'front' } })) // 1
  write.created(pod('b', 'web-2', { owner: 'rs', labels: { app: 'web' } })) // 2
  write.heartbeat(pod('a', 'beat')) // 3, rolled up
  write.changed(pod('a', 'web-1', { owner: 'rs', nodeName: 'n1', labels: { app: 'web' } })) // 4
  write.deleted(pod('b', 'web-2', { owner: 'rs', labels: { app: 'web' } })) // 5
  write.heartbeat(pod('a', 'beat')) // 6
  write.created(pod('a', 'other', { owner: 'rs-2', nodeName: 'n1', labels: { note: 'a\nb', app: 'web' } })) // 7
  write.created(pod('b', 'web-2', { nodeName: 'n2' })) // 8
  write.deleted(pod('a', 'other')) // 9
  return log.slice(1)
}

const names = (refs: readonly { namespace: string; name: string }[]): readonly string[] =>
  refs.map(({ namespace, name }) => `${namespace}/${name}`).toSorted()

/** What every `Projection` does; a mocha suite for each adapter. `open` gives an empty one for every test. */
export const projectionContract = (name: string, open: () => Promise<ProjectionUnderTest>): void => {
  describe(`${name} keeps the contract of projections`, () => {
    let opened: ProjectionUnderTest
    let projection: Projection
    beforeEach(async () => {
      opened = await open()
      projection = opened.projection
    })
    afterEach(() => opened.close())

    const loaded = async (): Promise<readonly RecordedEvent[]> => {
      const snapshot = await projection.snapshot()
      const newest = new Map<string, RecordedEvent>()
      for await (const batch of snapshot?.events ?? [])
        for (const event of batch) newest.set(`${event.ref.namespace}/${event.ref.name}`, event)
      return [...newest.values()].toSorted((a, b) => a.sequence - b.sequence)
    }

    it('is empty at first', async () => {
      assert.equal(right(await projection.applied()), 0)
      assert.equal(right(await projection.tip()), undefined)
      assert.equal(await projection.snapshot(), undefined)
    })

    it('gives back the newest event of every object, whole, and tombstones without their bodies', async () => {
      const events = eventful()
      assert.equal(right(await projection.apply(0, events)), 9)
      assert.deepEqual(right(await projection.tip()), { sequence: 9, id: events.at(-1)?.id })
      assert.equal((await projection.snapshot())?.sequence, 9)
      const read = await loaded()
      assert.deepEqual(
        read.map(({ sequence }) => sequence),
        [4, 6, 8, 9],
      )
      for (const event of read) {
        const written = events.find(({ sequence }) => sequence === event.sequence)
        assert.ok(written)
        const body = event.type === 'deleted' ? '' : Buffer.from(written.body).toString()
        assert.deepEqual({ ...event, body: Buffer.from(event.body).toString() }, { ...written, body })
      }
    })

    it('applies a batch only where it belongs', async () => {
      const events = eventful()
      assert.equal(right(await projection.apply(3, events.slice(3))), 0, 'nothing of it')
      assert.equal(right(await projection.apply(0, events.slice(0, 4))), 5)
      assert.equal(right(await projection.apply(0, events.slice(0, 2))), 5, 'not again')
      assert.equal(right(await projection.apply(5, [])), 5)
      assert.deepEqual(names((await loaded()).map(({ ref }) => ref)), ['a/web-1', 'b/web-2'])
    })

    it('forgets what was gone by a sequence, and nothing else', async () => {
      const events = eventful()
      right(await projection.apply(0, events))
      assert.equal(right(await projection.forgetGone(8)), 0, 'it has come again')
      assert.equal(right(await projection.forgetGone(9)), 1)
      assert.equal(right(await projection.forgetGone(9)), 0)
      const left = await loaded()
      assert.deepEqual(
        left.map(({ sequence }) => sequence),
        [4, 6, 8],
      )
      assert.equal(right(await projection.applied()), 9)
      const fresh = memoryProjection()
      right(
        await fresh.apply(
          0,
          events.filter(({ ref }) => ref.name !== 'other'),
        ),
      )
      assert.deepEqual(await value(projection.contentHash(9)), await value(fresh.contentHash(9)))
    })

    it('has the same content however it came about', async () => {
      const events = eventful()
      right(await projection.apply(0, events))
      const first = await value(projection.contentHash())
      await opened.flush()
      assert.equal(right(await projection.applied()), 0)
      assert.notEqual(await value(projection.contentHash()), first)
      let at = 0
      for (const event of events) at = right(await projection.apply(at, [event]))
      assert.equal(await value(projection.contentHash()), first)
      const other = memoryProjection()
      right(await other.apply(0, events))
      assert.equal(await value(other.contentHash()), first, 'in any adapter')
      right(await projection.clear())
      assert.deepEqual([right(await projection.applied()), right(await projection.tip())], [0, undefined])
    })
  })
}
