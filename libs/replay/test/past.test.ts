import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { E } from '@periplus/prelude'
import { ConfigMap } from '@periplus/kinds'
import { cutAt, differences, historyOf, parseMoment, sequenceOf } from '../src/index.ts'
import { configMaps, refTo } from './events.ts'

describe('history', () => {
  it('is every event of the object, oldest first, through deletion and re-creation', async () => {
    const { log, put } = configMaps()
    put('a', { n: '1' })
    put('b', { n: '1' })
    put('a', { n: '2' })
    put('a', { n: '2' }, { type: 'deleted' })
    put('a', { n: '3' }, { type: 'created' })
    const found = await historyOf(log, refTo('a'))
    assert.ok(E.isRight(found))
    assert.deepEqual(
      found.right.map(event => [event.sequence, event.type]),
      [
        [1, 'created'],
        [3, 'spec-changed'],
        [4, 'deleted'],
        [5, 'created'],
      ],
    )
    assert.deepEqual(await historyOf(log, refTo('never')), E.right([]))
    const newest = await historyOf(log, refTo('a'), { events: 2 })
    assert.ok(E.isRight(newest))
    assert.deepEqual(
      newest.right.map(event => event.sequence),
      [4, 5],
    )
  })

  it('begins where the log does', async () => {
    const { log, put } = configMaps()
    put('a', {})
    put('a', { n: '2' })
    put('a', { n: '3' })
    log.forget(2)
    const found = await historyOf(log, refTo('a'))
    assert.ok(E.isRight(found))
    assert.deepEqual(
      found.right.map(event => event.sequence),
      [2, 3],
    )
  })
})

describe('differences', () => {
  it('name the places, in words of paths', () =>
    assert.deepEqual(
      differences(
        { spec: { replicas: 2, containers: [{ image: 'a' }] }, labels: { 'app.io/x': '1' }, gone: true },
        { spec: { replicas: 5, containers: [{ image: 'b' }, { image: 'c' }] }, labels: { 'app.io/x': '2' } },
      ),
      [
        { path: 'spec.replicas', before: 2, after: 5 },
        { path: 'spec.containers[0].image', before: 'a', after: 'b' },
        { path: 'spec.containers[1]', before: undefined, after: { image: 'c' } },
        { path: 'labels["app.io/x"]', before: '1', after: '2' },
        { path: 'gone', before: true, after: undefined },
      ],
    ))

  it('are none between a value and itself, and some between two that differ', () =>
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        // As JSON has it: without negative zero.
        const [a, b] = [one, other].map(value => JSON.parse(JSON.stringify(value)) as unknown)
        assert.equal(differences(a, b).length === 0, isDeepStrictEqual(a, b))
        assert.deepEqual(differences(a, structuredClone(a)), [])
      }),
    ))
})

describe('a moment', () => {
  it('is a sequence or an RFC 3339 time', () => {
    assert.deepEqual(parseMoment('42'), { tag: 'Sequence', sequence: 42 })
    assert.deepEqual(parseMoment('2025-01-01T00:00:01Z'), { tag: 'Time', milliseconds: Date.UTC(2025, 0, 1, 0, 0, 1) })
    assert.deepEqual(parseMoment('2025-01-01T01:00:00.5+01:00'), {
      tag: 'Time',
      milliseconds: Date.UTC(2025, 0, 1) + 500,
    })
    for (const nonsense of ['', '0', '-1', '4.2', 'yesterday', '2025-01-01', '2025-13-01T00:00:00Z', '1e3'])
      assert.equal(parseMoment(nonsense), undefined, nonsense)
  })

  it('of a time is the last event at or before it, whatever is missing in between', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: -1, max: 42 }),
        fc.boolean(),
        async (events, at, rollup) => {
          const { log, put, timeOf } = configMaps()
          for (let i = 1; i <= events; i++) put('beat', { i }, rollup ? { rollup } : {})
          const found = await sequenceOf(log, { tag: 'Time', milliseconds: timeOf(at) })
          const kept = log.slice(1).filter(event => Date.parse(event.time) <= timeOf(at))
          assert.ok(E.isRight(found))
          const expected = kept.at(-1)?.sequence ?? log.slice(1)[0]!.sequence - 1
          assert.equal(found.right, expected)
        },
      ),
    )
  })

  it('that has not come is refused', async () => {
    const { log, put } = configMaps()
    put('a', {})
    assert.deepEqual(await sequenceOf(log, { tag: 'Sequence', sequence: 2 }), E.left({ tag: 'Future', last: 1 }))
  })
})

describe('a past cut', () => {
  it('is the state at exactly that sequence', async () => {
    const { log, put } = configMaps()
    put('a', { n: '1' })
    put('a', { n: '2' })
    put('b', { n: '1' })
    put('a', { n: '2' }, { type: 'deleted' })
    const at = cutAt(log)
    const seen = async (sequence: number): Promise<readonly string[]> => {
      const past = await at({ tag: 'Sequence', sequence })
      assert.ok(E.isRight(past))
      return past.right.cut.list(ConfigMap).map(object => `${object.metadata.name}=${object.data?.['n']}`)
    }
    assert.deepEqual(await seen(1), ['a=1'])
    assert.deepEqual(await seen(3), ['a=2', 'b=1'])
    assert.deepEqual(await seen(4), ['b=1'])
    assert.deepEqual(await seen(2), ['a=2'])
  })

  it('knows what the clock showed: the time of its newest event, or the one that was asked for', async () => {
    const { log, put } = configMaps()
    put('a', {}, { time: '2026-01-01T00:00:01.000Z' })
    put('a', {}, { time: '2026-01-01T00:00:03.000Z' })
    const shown = async (moment: Parameters<ReturnType<typeof cutAt>>[0]): Promise<string> => {
      const past = await cutAt(log)(moment)
      assert.ok(E.isRight(past))
      return new Date(past.right.milliseconds).toISOString()
    }
    assert.equal(await shown({ tag: 'Sequence', sequence: 1 }), '2026-01-01T00:00:01.000Z')
    const between = Date.parse('2026-01-01T00:00:02.000Z')
    assert.equal(await shown({ tag: 'Time', milliseconds: between }), '2026-01-01T00:00:02.000Z')
  })

  it('before what the log keeps is gone, not guessed', async () => {
    const { log, put, timeOf } = configMaps()
    put('a', {})
    put('a', { n: '2' })
    put('b', {})
    log.forget(2)
    const gone = E.left({ tag: 'Gone', first: 2 })
    assert.deepEqual(await cutAt(log)({ tag: 'Sequence', sequence: 1 }), gone)
    assert.deepEqual(await cutAt(log)({ tag: 'Time', milliseconds: timeOf(2) }), gone)
    for (const sequence of [2, 3]) {
      const past = await cutAt(log)({ tag: 'Sequence', sequence })
      assert.ok(E.isRight(past))
      assert.equal(past.right.cut.entries('', 'configmaps').length, sequence - 1)
      assert.equal(past.right.milliseconds, timeOf(3))
    }
  })
})
