import assert from 'node:assert/strict'
import type { Kind, Schema, Shape } from '@periplus/api'
import {
  Event,
  EventsEvent,
  HorizontalPodAutoscalerV1,
  ResourceClaimV1beta1,
  ResourceSliceV1beta1,
  builtinKinds,
} from '@periplus/kinds'
import type { HorizontalPodAutoscaler } from '@periplus/kinds'
import { row } from './support/accepted.ts'

/** A schema without the names of packages, to compare versions by shape. */
const outline = ({ shape }: Schema<unknown>, above: readonly Shape[] = []): unknown => {
  if (above.includes(shape)) return 'again'
  const inside = [...above, shape]
  switch (shape.tag) {
    case 'scalar':
      return shape.scalar
    case 'lazy':
      return outline(shape.get(), inside)
    case 'struct':
      return Object.fromEntries(Object.entries(shape.fields).map(([key, { schema }]) => [key, outline(schema, inside)]))
    default:
      return [shape.tag, outline(shape.of, inside)]
  }
}

const storedOf = ({ group, resource }: Kind): Kind | undefined =>
  builtinKinds.find(kind => kind.group === group && kind.resource === resource && kind.stored)

describe('versions of one resource', () => {
  for (const kind of builtinKinds.filter(({ stored, conversion }) => !stored && !conversion))
    it(`${kind.group}/${kind.version} ${kind.kind} differs from the stored version in nothing but its name`, () => {
      const stored = storedOf(kind)
      assert.ok(stored)
      assert.deepEqual(outline(kind.schema), outline(stored.schema))
    })

  it('shows core events as those of events.k8s.io, and back', () => {
    const event: Event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e', namespace: 'default' },
      eventTime: '2026-01-02T03:00:00.000000Z',
      involvedObject: { kind: 'Pod', name: 'web', namespace: 'default' },
      reason: 'Scheduled',
      message: 'Assigned',
      source: { component: 'scheduler' },
      count: 1,
      reportingComponent: 'scheduler',
    }
    const shown = EventsEvent.conversion?.fromStored(event) as EventsEvent
    assert.deepEqual([shown.regarding?.name, shown.note, shown.reportingController], ['web', 'Assigned', 'scheduler'])
    assert.deepEqual(EventsEvent.conversion?.toStored(shown), event)
    assert.deepEqual(row(EventsEvent, shown), row(Event, event))
  })

  it('keeps in annotations what the first autoscaling version has no fields for', () => {
    const stored: HorizontalPodAutoscaler = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'web' },
      spec: {
        maxReplicas: 9,
        scaleTargetRef: { kind: 'Deployment', name: 'web', apiVersion: 'apps/v1' },
        metrics: [
          { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
          { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
        ],
      },
    }
    const shown = HorizontalPodAutoscalerV1.conversion?.fromStored(stored) as HorizontalPodAutoscalerV1
    assert.equal(shown.spec.targetCPUUtilizationPercentage, 70)
    assert.deepEqual(HorizontalPodAutoscalerV1.conversion?.toStored(shown), { ...stored, metadata: { name: 'web' } })
    assert.equal(row(HorizontalPodAutoscalerV1, shown)['Targets'], 'cpu: <unknown>/70%, memory: <unknown>/1Gi')
  })

  it('gathers what the first version of device requests spreads out', () => {
    const claim: ResourceClaimV1beta1 = {
      apiVersion: 'resource.k8s.io/v1beta1',
      kind: 'ResourceClaim',
      metadata: { name: 'gpu' },
      spec: { devices: { requests: [{ name: 'one', deviceClassName: 'gpu', count: 2 }] } },
    }
    const stored = ResourceClaimV1beta1.conversion?.toStored(claim)
    assert.deepEqual((stored as { spec?: unknown }).spec, {
      devices: { requests: [{ name: 'one', exactly: { deviceClassName: 'gpu', count: 2 } }] },
    })
    assert.deepEqual(stored && ResourceClaimV1beta1.conversion?.fromStored(stored), claim)
  })

  it('gathers what the first version of devices nests', () => {
    const slice: ResourceSliceV1beta1 = {
      apiVersion: 'resource.k8s.io/v1beta1',
      kind: 'ResourceSlice',
      metadata: { name: 'gpus' },
      spec: {
        driver: 'd',
        pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'a', basic: { allNodes: true } }],
      },
    }
    const stored = ResourceSliceV1beta1.conversion?.toStored(slice)
    assert.deepEqual((stored as { spec?: { devices?: unknown } }).spec?.devices, [{ name: 'a', allNodes: true }])
    assert.deepEqual(stored && ResourceSliceV1beta1.conversion?.fromStored(stored), slice)
  })
})
