import assert from 'node:assert/strict'
import type { KubernetesObject, Stored } from '@periplus/api'
import { cutOf, deciding, startOfTime } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import { seededRandom } from '@periplus/prelude'
import { scheduler } from '../src/index.ts'
import { node, pod } from './objects.ts'

const given = deciding(scheduler)
const important = pod('important', {
  requests: { cpu: '1' },
  spec: { priority: 1000 },
  status: { phase: 'Pending', nominatedNodeName: 'a' },
})
const filler = pod('filler', { on: 'a', requests: { cpu: '600m' } })
const replacement = pod('replacement', { requests: { cpu: '600m' } })

/** Keys that a change of one pod wakes. */
const wokenBy = (
  before: Stored<Pod> | undefined,
  after: Stored<Pod> | undefined,
  ...others: readonly KubernetesObject[]
): readonly string[] => {
  const cut = cutOf([...others, ...(after ? [after] : [])])
  const change = { event: { sequence: 1 } } as never
  return scheduler.watches
    .filter(watch => 'kind' in watch && watch.kind === Pod)
    .flatMap(watch => watch.keys({ before, after, change }, cut))
    .map(({ name }) => name)
}

describe('room that was promised', () => {
  it('is not given to a pod that matters less', () => {
    given(node('a', { cpu: '2' }), filler, important, replacement)
      .when('default/replacement')
      .tells(/0\/1 nodes are available: 1 Insufficient cpu/)
  })

  it('is given to the pod that it was promised to, and to one that matters more', () => {
    for (const name of ['important', 'urgent'])
      given(
        node('a', { cpu: '2' }),
        filler,
        important,
        pod('urgent', { requests: { cpu: '1' }, spec: { priority: 2000 } }),
      )
        .when(`default/${name}`)
        .tells(`Scheduled: Successfully assigned default/${name} to a`)
  })

  it('counts no more for a pod that is being deleted', () => {
    const { metadata } = important
    const leaving = { ...important, metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:10:00Z' } }
    given(node('a', { cpu: '2' }), filler, leaving, replacement)
      .when('default/replacement')
      .tells('Scheduled: Successfully assigned default/replacement to a')
  })

  it('is given back by a pod that no eviction helps any more', () => {
    given(node('a', { cpu: '500m' }), important)
      .when('default/important')
      .then({
        verb: 'patch',
        kind: Pod,
        subresource: 'status',
        patch: { body: { status: { conditions: [{ type: 'PodScheduled' }], nominatedNodeName: null } } },
      })
  })

  it('wakes whoever it was promised to when a pod leaves the node, or takes the room', () => {
    const others = [node('a', { cpu: '2' }), important]
    assert.deepEqual(wokenBy(filler, undefined, ...others), ['important'])
    assert.deepEqual(wokenBy({ ...filler, spec: { containers: [] } } as Stored<Pod>, filler, ...others), ['important'])
  })

  it('wakes nobody else who asks for the same when it comes', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }]
    const waiting = (name: string, status: Pod['status'] = {}) =>
      pod(name, { requests: { cpu: '1500m' }, status: { phase: 'Pending', conditions, ...status } })
    const others = [
      node('a', { cpu: '2' }),
      waiting('before'),
      waiting('promised', { nominatedNodeName: 'a' }),
      waiting('zealous'),
    ]
    assert.deepEqual(new Set(wokenBy(filler, undefined, ...others)), new Set(['promised']))
  })

  it('is taken before any other node is looked at, and others where it will not do', () => {
    const promised = (name: string, nominatedNodeName: string) =>
      pod(name, { requests: { cpu: '1' }, status: { phase: 'Pending', nominatedNodeName } })
    const objects = [
      node('a', { cpu: '2' }),
      node('b', { cpu: '8' }),
      filler,
      promised('one', 'a'),
      promised('two', 'c'),
    ]
    const placed = (name: string, ...more: readonly KubernetesObject[]) =>
      scheduler.decide(
        cutOf([...objects, ...more]),
        { namespace: 'default', name },
        { now: startOfTime, random: seededRandom(1) },
      ).why
    assert.equal(placed('one'), 'a, which was promised to it')
    assert.match(placed('two'), /^b, the only one of 2 nodes/)
    assert.match(placed('one', pod('large', { on: 'a', requests: { cpu: '1' } })), /^b, the only one of 2 nodes/)
  })

  it('counts for who minds company on every node, where room is promised on the one that is looked at', () => {
    const labels = { app: 'web' }
    const zone = (name: string) => node(name, { labels: { zone: 'z' }, spec: { unschedulable: name === 'a' } })
    const terms = [{ labelSelector: { matchLabels: labels }, topologyKey: 'zone' }]
    const affinity = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms } }
    const promised = (name: string, nominatedNodeName: string, spec: object = {}) =>
      pod(name, { spec, status: { phase: 'Pending', nominatedNodeName } })
    const others = [zone('a'), zone('b'), pod('new', { labels }), promised('plain', 'b')]
    given(...others, promised('hermit', 'a'))
      .when('default/new')
      .tells(/assigned default\/new to b/)
    given(...others, promised('hermit', 'a', { affinity }))
      .when('default/new')
      .tells(/1 node\(s\) didn't satisfy existing pods anti-affinity rules/)
  })

  it('is kept for each of two pods from the other one only', () => {
    const promised = (name: string, cpu: string) =>
      pod(name, { requests: { cpu }, status: { phase: 'Pending', nominatedNodeName: 'a' } })
    const cut = cutOf([node('a', { cpu: '4' }), promised('small', '400m'), promised('large', '3500m')])
    for (const name of ['small', 'large', 'small']) {
      const key = { namespace: 'default', name }
      const { why } = scheduler.decide(cut, key, { now: startOfTime, random: seededRandom(1) })
      assert.equal(why, 'a, which was promised to it', name)
    }
  })

  it('wakes those who waited for it when it is given up', () => {
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }
    const loser = { ...replacement, status: { ...replacement.status, conditions: [condition] } } as Stored<Pod>
    const others = [node('a', { cpu: '2' }), filler, loser]
    assert.deepEqual(wokenBy(important, undefined, ...others), ['replacement'])
    const elsewhere = { ...important, spec: { ...important.spec, nodeName: 'b' } } as Stored<Pod>
    assert.deepEqual(wokenBy(important, elsewhere, ...others), ['replacement'])
    assert.deepEqual(wokenBy(important, important, ...others), [])
  })
})
