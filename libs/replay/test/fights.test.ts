import assert from 'node:assert/strict'
import type { EventType, RecordedEvent } from '@periplus/log'
import { fightsIn } from '../src/index.ts'

const begun = Date.parse('2026-01-01T00:00:00Z')

/** A log of one object's events, ten seconds apart. */
const story = (...steps: readonly (readonly [actor: string, object: object, type?: EventType])[]) =>
  steps.map(([actor, object, type = 'spec-changed'], i): RecordedEvent => ({
    ...{ id: `e${i}`, sequence: i + 1, previous: i, uid: 'u', type: i === 0 ? 'created' : type },
    ref: { group: 'apps', resource: 'deployments', namespace: 'shop', name: 'web' },
    origin: { actor, component: 'test', causes: [], correlationId: 'c' },
    time: new Date(begun + i * 10_000).toISOString(),
    body: Buffer.from(JSON.stringify(object)),
  }))
const replicas = (count: number, more: object = {}): object => ({ spec: { replicas: count, ...more } })

describe('fights', () => {
  const quarrel = story(
    ['user:alice', replicas(1)],
    ['controller:scaler', replicas(4)],
    ['user:alice', replicas(1)],
    ['controller:scaler', replicas(4)],
    ['user:alice', replicas(1)],
  )

  it('are fields that two writers put back again and again', async () => {
    const [fight, ...others] = await fightsIn(quarrel)
    assert.equal(others.length, 0)
    assert.deepEqual([fight?.path, fight?.undone, fight?.values], ['spec.replicas', 3, [4, 1]])
    assert.deepEqual(
      fight?.last.map(({ sequence, origin }) => [sequence, origin.actor]),
      [
        [4, 'controller:scaler'],
        [5, 'user:alice'],
      ],
    )
  })

  it('are none where it is one writer, who changes their mind', async () => {
    const alone = quarrel.map(event => ({ ...event, origin: { ...event.origin, actor: 'user:alice' } }))
    assert.deepEqual(await fightsIn(alone), [])
  })

  it('are none where writers go on from each other, or long after', async () => {
    const onward = story(...[1, 2, 3, 4, 5].map((n, i) => [i % 2 === 0 ? 'user:a' : 'user:b', replicas(n)] as const))
    assert.deepEqual(await fightsIn(onward), [])
    assert.deepEqual(await fightsIn(quarrel, { window: 5_000 }), [])
    assert.equal((await fightsIn(quarrel, { leastUndone: 4 })).length, 0)
  })

  it('are seen though others write other fields between', async () => {
    const between = story(
      ['user:alice', replicas(1)],
      ['controller:scaler', replicas(4)],
      ['user:carol', replicas(4, { paused: true })],
      ['user:alice', replicas(1, { paused: true })],
      ['controller:scaler', replicas(4, { paused: true })],
      ['user:carol', replicas(4)],
      ['user:alice', replicas(1)],
    )
    assert.deepEqual(
      (await fightsIn(between)).map(({ path, undone }) => [path, undone]),
      [['spec.replicas', 3]],
    )
  })

  it('end with the object, and are not about what follows from every write', async () => {
    const anew = quarrel.map((event, i) => (i === 2 ? { ...event, type: 'deleted' as const } : event))
    assert.deepEqual(await fightsIn(anew), [])
    const times = story(
      ...[1, 2, 1, 2, 1, 2].map(
        (n, i) => [i % 2 === 0 ? 'user:a' : 'user:b', { metadata: { generation: n } }] as const,
      ),
    )
    assert.deepEqual(await fightsIn(times), [])
  })
})
