import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, cutOf } from '@periplus/controller'
import { seededRandom } from '@periplus/prelude'
import { podsOnNode } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { scheduler } from '../src/index.ts'
import { node, pod } from './objects.ts'

const moment = { now: anHourLater, random: seededRandom(1) }

/** Where pods of one round go, each placed on what the ones before it will have made of the cut. */
const round = (names: readonly string[], ...objects: readonly KubernetesObject[]): readonly (string | undefined)[] => {
  let cut: Cut | undefined = cutOf(objects)
  return names.map(name => {
    assert.ok(cut, `the round ended before ${name}`)
    const { commands } = scheduler.decide(cut, { namespace: 'default', name }, moment)
    cut = scheduler.assume?.(cut, commands)
    const [first] = commands
    const target = first?.verb === 'update' ? (first.object as { target?: { name?: string } }).target : undefined
    return target?.name
  })
}

describe('a round of placements', () => {
  it('gives the same room once only', () => {
    const wish = { requests: { cpu: '3' } }
    const pods = ['one', 'two', 'three'].map(name => pod(name, wish))
    const placed = round(['one', 'two', 'three'], node('a'), node('b'), ...pods)
    assert.deepEqual([...placed.slice(0, 2)].sort(), ['a', 'b'])
    assert.equal(placed[2], undefined)
  })

  it('gives a host port once only', () => {
    const spec = { containers: [{ name: 'main', image: 'nginx', ports: [{ containerPort: 80, hostPort: 80 }] }] }
    const placed = round(['one', 'two'], node('a'), pod('one', { spec }), pod('two', { spec }))
    assert.deepEqual(placed, ['a', undefined])
  })

  it('keeps apart pods that won’t be together', () => {
    const labels = { app: 'web' }
    const terms = [{ labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' }]
    const spec = { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } } }
    const pods = ['one', 'two', 'three'].map(name => pod(name, { labels, spec }))
    const placed = round(['one', 'two', 'three'], node('a'), node('b'), ...pods)
    assert.deepEqual([...placed.slice(0, 2)].sort(), ['a', 'b'])
    assert.equal(placed[2], undefined)
  })

  it('leaves the cut itself as it is', () => {
    const cut = cutOf([node('a'), pod('one')])
    const { commands } = scheduler.decide(cut, { namespace: 'default', name: 'one' }, moment)
    const assumed = scheduler.assume?.(cut, commands)
    assert.equal(cut.by(podsOnNode, 'a').length, 0)
    assert.deepEqual(
      assumed?.by(podsOnNode, 'a').map(({ metadata, spec }) => [metadata.name, spec?.nodeName]),
      [['one', 'a']],
    )
  })

  it('forgets what was assumed and did not come', () => {
    const cut = cutOf([node('a'), pod('one', { requests: { cpu: '3' } }), pod('two', { requests: { cpu: '3' } })])
    const decided = (on: Cut, name: string): string | undefined =>
      scheduler.decide(on, { namespace: 'default', name }, moment).commands[0]?.verb
    const assumed = scheduler.assume?.(
      cut,
      scheduler.decide(cut, { namespace: 'default', name: 'one' }, moment).commands,
    )
    assert.ok(assumed)
    assert.equal(decided(assumed, 'two'), 'patch')
    assert.equal(decided(cut, 'two'), 'update')
    assert.equal(decided(assumed, 'two'), 'patch')
  })

  it('ends with an eviction', () => {
    const urgent = pod('urgent', { requests: { cpu: '3' }, spec: { priority: 10 } })
    const cut = cutOf([node('a'), pod('idle', { on: 'a', requests: { cpu: '3' } }), urgent])
    const { commands } = scheduler.decide(cut, { namespace: 'default', name: 'urgent' }, moment)
    assert.ok(commands.some(({ verb }) => verb === 'delete'))
    assert.equal(scheduler.assume?.(cut, commands), undefined)
  })
})
