import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { ConfigMap, Lease, Pod } from '@periplus/kinds'
import { byOwner, podsOnNode, unmanagedIn } from '@periplus/projection'
import type { Cut, Index } from '@periplus/projection'
import { findsByIndexes } from '@periplus/projection/contract'
import { cutOf, memoryDecisions, observedCut, runController } from '../src/index.ts'
import { ObservingCut } from '../src/run/observed-cut.ts'
import { cluster, configMap, must, origin, settle } from './cluster.ts'

const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'node', namespace: 'default' },
} as KubernetesObject
const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'map', namespace: 'default' } } as KubernetesObject

/** All that is in a namespace, kind by kind, as one finds it who knows no kinds beforehand. */
const contentOf = (cut: Cut): readonly string[] =>
  cut.resources().flatMap(({ group, resource }) => cut.entries(group, resource, 'default').map(({ ref }) => ref.name))

describe('what a decision saw of heartbeats', () => {
  it('is found again by one who asks which kinds there are, whatever the log has of them now', () => {
    for (const objects of [
      [lease, map],
      [map, lease],
    ]) {
      const view = new ObservingCut(cutOf(objects))
      const seen = contentOf(view)
      assert.deepEqual(seen, ['map', 'node'])
      for (const later of [[map], [map, lease], [map, { ...lease, metadata: { name: 'new', namespace: 'default' } }]])
        assert.deepEqual(contentOf(observedCut(cutOf(later), view.observed)), seen)
    }
  })

  it('is found by indexes as it was, among what the log has', () => {
    const owned = (uid: string) => ({ ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: uid, uid }] })
    const pod = (name: string, nodeName: string) =>
      ({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', ...owned('a') },
        spec: { nodeName },
      }) as KubernetesObject
    const leaseOf = (uid: string, labels?: Record<string, string>): KubernetesObject => ({
      ...lease,
      metadata: { name: `of-${uid}`, namespace: 'default', ...owned(uid), ...(labels ? { labels } : {}) },
    })
    const then = [pod('one', 'a'), pod('two', ''), map, leaseOf('a'), leaseOf('b', { app: 'x' })]
    const indexes = [
      podsOnNode,
      byOwner(Pod),
      unmanagedIn(Pod),
      byOwner(Lease),
      unmanagedIn(Lease),
    ] as unknown as Index[]
    const view = new ObservingCut(cutOf(then))
    findsByIndexes(view, indexes)
    const now = cutOf([...then.slice(0, 3), leaseOf('a', { app: 'y' }), leaseOf('c')])
    const again = observedCut(now, view.observed)
    findsByIndexes(again, indexes)
    assert.deepEqual(
      again.entriesBy(byOwner(Lease), 'b').map(({ ref }) => ref.name),
      ['of-b'],
    )
    assert.deepEqual(again.by(byOwner(Lease), 'c'), [])
  })

  it('is nothing where there were none, though there are some now', () => {
    const view = new ObservingCut(cutOf([map]))
    const seen = contentOf(view)
    assert.deepEqual(contentOf(observedCut(cutOf([lease, map]), view.observed)), seen)
    assert.equal(observedCut(cutOf([lease, map]), view.observed).get(Lease, 'default', 'node'), undefined)
  })
})

describe('what a decision reads from outside the log', () => {
  it('comes with its moment and stands in its record', async () => {
    const world = cluster()
    const { cut, commands, deliver } = world.process()
    must(await commands.execute(configMap('one', {}), origin))
    deliver()
    const decisions = memoryDecisions()
    const controller = runController(
      {
        name: 'outside',
        version: 1,
        primary: ConfigMap,
        watches: [],
        inputs: { weather: 'fair' },
        decide: (_, _key, { inputs }) => ({ commands: [], why: `it is ${inputs?.['weather']}` }),
      },
      {
        cut,
        commands,
        decisions,
        clock: world.clock,
        newSeed: () => 1,
        onBug: (_, _key, error) => {
          throw error
        },
      },
    )
    await settle()
    assert.deepEqual(
      decisions.records.map(({ why, inputs }) => [why, inputs]),
      [['it is fair', { weather: 'fair' }]],
    )
    await controller.stop()
  })
})
