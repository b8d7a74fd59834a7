import assert from 'node:assert/strict'
import type { KubernetesObject } from '@periplus/api'
import { kinds, object, ok, world } from './world.ts'

/** The body of the newest event. */
const newest = (it: ReturnType<typeof world>): KubernetesObject & Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(it.log.slice(1).at(-1)?.body)) as KubernetesObject & Record<string, unknown>

describe('versions of one resource', () => {
  it('write the form that the log holds, and answer in their own', async () => {
    const v1 = kinds.byResource('autoscaling', 'v1', 'horizontalpodautoscalers')
    const v2 = kinds.byResource('autoscaling', 'v2', 'horizontalpodautoscalers')
    assert.ok(v1 && v2)
    const it = world()
    const scaler = (maxReplicas: number) =>
      object({
        apiVersion: 'autoscaling/v1',
        kind: 'HorizontalPodAutoscaler',
        metadata: { name: 'web', namespace: 'default' },
        spec: {
          maxReplicas,
          targetCPUUtilizationPercentage: 50,
          scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
        },
      })
    const made = ok(await it.run({ verb: 'create', kind: v1, object: scaler(3) }))
    assert.equal(made.object.apiVersion, 'autoscaling/v1')
    assert.equal(newest(it).apiVersion, 'autoscaling/v2')
    it.catchUp()
    const updated = ok(await it.run({ verb: 'update', kind: v1, object: scaler(4) }))
    assert.equal(updated.object.apiVersion, 'autoscaling/v1')
    assert.equal((newest(it)['spec'] as { maxReplicas: number }).maxReplicas, 4)
    it.catchUp()
    assert.equal(ok(await it.run({ verb: 'update', kind: v1, object: scaler(4) })).changed, false)
  })

  it('may belong to two groups', async () => {
    const events = kinds.byResource('events.k8s.io', 'v1', 'events')
    assert.ok(events)
    const it = world()
    const given = object({
      metadata: { name: 'e', namespace: 'default' },
      eventTime: '2026-01-02T03:04:05.000000Z',
      reason: 'Tested',
      action: 'Testing',
      type: 'Normal',
      note: 'said',
      reportingController: 'example.com/test',
      reportingInstance: 'test-1',
      regarding: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p' },
    })
    const made = ok(await it.run({ verb: 'create', kind: events, object: given }))
    assert.equal(made.object.apiVersion, 'events.k8s.io/v1')
    assert.deepEqual([newest(it).apiVersion, newest(it)['message']], ['v1', 'said'])
    assert.equal(it.log.slice(1)[0]?.ref.group, '')
  })
})
