import assert from 'node:assert/strict'
import { eventOf, completed, waking } from '@periplus/controller'
import type { Key } from '@periplus/controller'
import type { KubernetesObject } from '@periplus/api'
import { Node } from '@periplus/kinds'
import { virtualClock } from '@periplus/prelude'
import { mutableCut } from '@periplus/projection'
import { nodeLifecycleController } from '../src/index.ts'

/** A cut of nodes that say how they are, and the keys that each batch of their events wakes. */
const nodes = () => {
  const cut = mutableCut()
  let woken: string[] = []
  const { changed } = waking(nodeLifecycleController, {
    ...{ cut, clock: virtualClock(0), queue: { add: ({ name }: Key) => void woken.push(name) } },
    onBug: (_key, error) => assert.fail(String(error)),
    onMissed: () => assert.fail('a watch threw'),
  })
  cut.subscribe(changed)
  const known = new Map<string, number>()
  let sequence = 0
  const say = (...all: readonly (readonly [name: string, ready: string])[]): readonly string[] => {
    woken = []
    cut.apply(
      all.map(([name, status]) => {
        const node = {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name },
          status: { conditions: [{ type: 'Ready', status }] },
        }
        const previous = known.get(name) ?? 0
        known.set(name, ++sequence)
        const object = completed(Node, node as KubernetesObject)
        return eventOf(sequence, Node, object, previous === 0 ? 'created' : 'status-changed', previous)
      }),
    )
    return [...new Set(woken)].sort()
  }
  return { say, wakings: () => woken.length }
}

describe('what wakes the keeper of nodes', () => {
  const names = Array.from({ length: 300 }, (_, i) => `node-${String(i).padStart(3, '0')}`)

  it('is each node that becomes ready, and at the first one all others', () => {
    const { say, wakings } = nodes()
    for (const name of names) say([name, 'False'])
    assert.deepEqual(say(['node-007', 'True']), names)
    let all = 0
    for (const name of names.filter(one => one !== 'node-007')) {
      assert.deepEqual(say([name, 'True']), [name])
      all += wakings()
    }
    assert.ok(all <= 2 * names.length, `${all} for ${names.length} nodes`)
  })

  it('is every node that is not ready where the last ready one goes, or nobody knows whether it was the last', () => {
    const { say } = nodes()
    say(['a', 'False'], ['b', 'True'], ['c', 'False'])
    assert.deepEqual(say(['b', 'Unknown']), ['a', 'b', 'c'])
    assert.deepEqual(say(['b', 'True'], ['c', 'True']), ['a', 'b', 'c'], 'both at once: before, none was ready')
    assert.deepEqual(say(['a', 'True']), ['a'])
    assert.deepEqual(say(['a', 'False']), ['a'])
    assert.deepEqual(say(['b', 'False'], ['c', 'False']), ['a', 'b', 'c'])
  })
})
