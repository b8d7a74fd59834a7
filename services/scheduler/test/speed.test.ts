import { controlledBy } from '@periplus/api'
import type { Stored } from '@periplus/api'
import assert from 'node:assert/strict'
import { seededRandom } from '@periplus/prelude'
import { completed, cutOf, eventOf, startOfTime } from '@periplus/controller'
import { Pod, ReplicaSet } from '@periplus/kinds'
import { scheduler } from '../src/index.ts'
import { node, pod } from './objects.ts'

describe('scheduling many pods', () => {
  it('places 1,000 pods about evenly on 100 nodes, each decision seeing the one before', () => {
    const nodes = Array.from({ length: 100 }, (_, i) =>
      node(`node-${String(i).padStart(3, '0')}`, { cpu: '16', memory: '64Gi' }),
    )
    const labels = { app: 'web' }
    const owner = completed(ReplicaSet, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { matchLabels: labels } },
    } as ReplicaSet) as Stored<ReplicaSet>
    const pods = Array.from({ length: 1000 }, (_, i) =>
      pod(`pod-${i}`, {
        requests: { cpu: '100m', memory: '100Mi' },
        labels,
        metadata: {
          name: `pod-${i}`,
          namespace: 'default',
          labels,
          ownerReferences: [controlledBy(ReplicaSet, owner)],
        },
      }),
    )
    const cut = cutOf([owner, ...nodes, ...pods])
    const random = seededRandom(7)
    const counts = new Map<string, number>()
    let spent = 0
    for (const one of pods) {
      const key = { namespace: 'default', name: one.metadata.name }
      const began = process.cpuUsage()
      const { commands } = scheduler.decide(cut, key, { now: startOfTime, random })
      const { user, system } = process.cpuUsage(began)
      spent += user + system
      const [binding] = commands
      assert.equal(binding?.verb, 'update')
      const target = (binding as { object: { target?: { name: string } } }).object.target?.name ?? ''
      counts.set(target, (counts.get(target) ?? 0) + 1)
      const bound = { ...one, spec: { ...one.spec, nodeName: target } } as Pod
      cut.apply([eventOf(cut.sequence + 1, Pod, completed(Pod, bound), 'spec-changed', 0)])
    }
    assert.equal(counts.size, 100)
    assert.ok([...counts.values()].every(count => count >= 7 && count <= 13))
    // Far above what it takes, to catch only a scan of everything in every decision.
    assert.ok(spent < 5_000_000, `${spent / 1000} ms of CPU`)
    if (process.env['PERIPLUS_SPEED']) console.log(`${Math.round(spent / 1000)} ms of CPU for 1,000 decisions`)
  })
})
