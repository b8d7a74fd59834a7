import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { anHourLater, cutOf, eventOf } from '@periplus/controller'
import { seededRandom } from '@periplus/prelude'
import { Pod } from '@periplus/kinds'
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

  it('begins with the pods that matter most', () => {
    const cut = cutOf([
      pod('plain'),
      pod('urgent', { spec: { priority: 1000 } }),
      pod('idle', { spec: { priority: -5 } }),
    ])
    const ranks = ['plain', 'urgent', 'idle', 'gone'].map(name => scheduler.rank?.(cut, { namespace: 'default', name }))
    assert.deepEqual(ranks, [0, 1000, -5, 0])
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

  it('lays nothing over what the cut has already, and nothing on another pod of the same name', () => {
    const wish = { requests: { cpu: '1' } }
    const before = cutOf([node('a'), ...['one', 'two', 'three'].map(name => pod(name, wish))])
    const commands = ['one', 'two', 'three'].flatMap(
      name => scheduler.decide(before, { namespace: 'default', name }, moment).commands,
    )
    const two = pod('two', { ...wish, metadata: { name: 'two', namespace: 'default', uid: 'another' } })
    const later = cutOf([node('a'), pod('one', { ...wish, on: 'a' }), two])
    assert.deepEqual(scheduler.assume?.(later, commands)?.by(podsOnNode, 'a'), later.by(podsOnNode, 'a'))
    assert.equal(scheduler.assume?.(before, commands)?.by(podsOnNode, 'a').length, 3)
  })

  it('assumes evictions that have begun, and ended, as they are', () => {
    const urgent = pod('urgent', { requests: { cpu: '4' }, spec: { priority: 10 } })
    const idle = (name: string, metadata: object = {}) =>
      pod(name, { on: 'a', requests: { cpu: '2' }, metadata: { name, namespace: 'default', ...metadata } })
    const before = cutOf([node('a'), idle('one'), idle('two'), urgent])
    const { commands } = scheduler.decide(before, { namespace: 'default', name: 'urgent' }, moment)
    assert.equal(commands.filter(({ verb }) => verb === 'delete').length, 2)
    const later = cutOf([node('a'), idle('two', { deletionTimestamp: '2025-01-01T00:00:00Z' }), urgent])
    const assumed = scheduler.assume?.(later, commands)
    assert.deepEqual(assumed?.by(podsOnNode, 'a'), later.by(podsOnNode, 'a'))
    assert.equal(assumed?.get(Pod, 'default', 'urgent')?.status?.nominatedNodeName, 'a')
  })

  it('lays the same pods over the next cut, so that what was found out about them holds', () => {
    const urgent = pod('urgent', { requests: { cpu: '4' }, spec: { priority: 10 } })
    const one = pod('one', { spec: { nodeSelector: { 'kubernetes.io/hostname': 'b' } } })
    const idle = pod('idle', { on: 'a', requests: { cpu: '1' } })
    const cut = cutOf([node('a'), node('b', { cpu: '1' }), idle, one, urgent])
    const commands = ['one', 'urgent'].flatMap(
      name => scheduler.decide(cut, { namespace: 'default', name }, moment).commands,
    )
    const podsOn = (name: string) => scheduler.assume?.(cut, commands)?.by(podsOnNode, name)
    const before = ['a', 'b'].map(podsOn)
    cut.apply([eventOf(cut.sequence + 1, Pod, pod('another'), 'created', 0)])
    const after = ['a', 'b'].map(podsOn)
    assert.deepEqual(
      before.map(pods => pods?.map(({ metadata }) => metadata.name)),
      [['idle'], ['one']],
    )
    assert.ok(before[0]?.[0]?.metadata.deletionTimestamp)
    before.forEach((pods, i) => assert.equal(pods, after[i]))
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

  it('makes room once on each node, for whom it was made, and nobody leaves twice', () => {
    const urgent = (name: string) => pod(name, { requests: { cpu: '3' }, spec: { priority: 10 } })
    const idle = (on: string) => pod(`idle-${on}`, { on, requests: { cpu: '3' } })
    let cut: Cut | undefined = cutOf([node('a'), node('b'), idle('a'), idle('b'), ...['x', 'y', 'z'].map(urgent)])
    const left = ['x', 'y', 'z'].map(name => {
      assert.ok(cut, `the round ended before ${name}`)
      const { commands } = scheduler.decide(cut, { namespace: 'default', name }, moment)
      cut = scheduler.assume?.(cut, commands)
      return commands.flatMap(command => (command.verb === 'delete' ? [command.ref.name] : []))
    })
    assert.deepEqual(left.slice(0, 2).flat().sort(), ['idle-a', 'idle-b'])
    assert.deepEqual(left[2], [])
    assert.deepEqual(
      ['x', 'y', 'z'].map(name => cut?.get(Pod, 'default', name)?.status?.nominatedNodeName).map(n => n !== undefined),
      [true, true, false],
    )
    // They are there until their nodes say otherwise.
    assert.equal(cut?.by(podsOnNode, 'a').length, 1)
  })

  it('takes back what was promised to a pod that matters less', () => {
    const promised = { phase: 'Pending', nominatedNodeName: 'a' }
    const lesser = pod('lesser', { requests: { cpu: '3' }, spec: { priority: 5 }, status: promised })
    const urgent = pod('urgent', { requests: { cpu: '3' }, spec: { priority: 10 } })
    const cut = cutOf([node('a'), pod('idle', { on: 'a', requests: { cpu: '3' } }), lesser, urgent])
    const { commands } = scheduler.decide(cut, { namespace: 'default', name: 'urgent' }, moment)
    const assumed = scheduler.assume?.(cut, commands)
    assert.equal(assumed?.get(Pod, 'default', 'lesser')?.status?.nominatedNodeName, undefined)
    assert.equal(assumed?.get(Pod, 'default', 'urgent')?.status?.nominatedNodeName, 'a')
  })

  it('evicts with two waits for the disk, however many leave', () => {
    const crowd = Array.from({ length: 5 }, (_, i) => pod(`idle-${i}`, { on: 'a', requests: { cpu: '800m' } }))
    const urgent = pod('urgent', { requests: { cpu: '4' }, spec: { priority: 10 } })
    const { commands } = scheduler.decide(
      cutOf([node('a'), ...crowd, urgent]),
      { namespace: 'default', name: 'urgent' },
      moment,
    )
    const verbs = commands.filter(({ kind }) => kind === Pod).map(({ verb }) => verb)
    assert.deepEqual(verbs, [...Array<string>(6).fill('patch'), ...Array<string>(5).fill('delete')])
  })
})
