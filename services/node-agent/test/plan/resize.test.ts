import assert from 'node:assert/strict'
import type { Pod, ResourceRequirements } from '@periplus/kinds'
import { resizeRefusal } from '../../src/resize/allocate.ts'
import { resourcesAnnotation } from '../../src/resize/given.ts'
import { container, does, now, planned, pod, running, second } from './given.ts'

const resources = (cpu: string, memory = '64Mi'): ResourceRequirements => ({
  requests: { cpu, memory },
  limits: { cpu, memory },
})
const asking = (wanted: ResourceRequirements, more: object = {}): Pod =>
  pod({ containers: [container('app', { resources: wanted, ...more })] })
const made = (had: ResourceRequirements) => {
  const one = running('app')
  return { ...one, annotations: { ...one.annotations, [resourcesAnnotation]: JSON.stringify(had) } }
}
const conditions = ({ status }: { readonly status: Pod['status'] }) =>
  (status?.conditions ?? []).filter(({ type }) => type.startsWith('PodResize'))

describe('resizing in place', () => {
  it('gives a running container what it asks for now', () => {
    const of = asking(resources('200m'))
    const observed = { containers: [made(resources('100m'))] }
    assert.deepEqual(does(of, observed), ['resize app-0'])
    const { status } = planned(of, observed)
    assert.deepEqual(status?.containerStatuses?.[0]?.allocatedResources, { cpu: '200m', memory: '64Mi' })
    assert.deepEqual(status?.containerStatuses?.[0]?.resources, resources('100m'))
    assert.deepEqual(
      conditions({ status }).map(({ type, status: is }) => [type, is]),
      [['PodResizeInProgress', 'True']],
    )
  })

  it('is over once the container has it', () => {
    const of = asking(resources('200m'))
    const observed = { containers: [made(resources('100m'))], resized: new Map([['app-0', resources('0.2')]]) }
    assert.deepEqual(does(of, observed), [])
    const { status } = planned(of, observed)
    assert.deepEqual(conditions({ status }), [])
    const restarted = { ...of, status }
    assert.deepEqual(does(restarted, { containers: [made(resources('100m'))] }), [], 'the API remembers')
  })

  it('ends a container that takes a change by restart only', () => {
    const policy = { resizePolicy: [{ resourceName: 'memory', restartPolicy: 'RestartContainer' }] }
    const observed = { containers: [made(resources('100m'))] }
    assert.deepEqual(does(asking(resources('200m'), policy), observed), ['resize app-0'])
    assert.deepEqual(does(asking(resources('100m', '128Mi'), policy), observed), ['kill app'])
  })

  it('leaves a container as it is while the node has no room', () => {
    const resize = { reason: 'Deferred', message: 'no room' } as const
    const next = planned(asking(resources('64')), { containers: [made(resources('100m'))], resize })
    assert.deepEqual(
      next.actions.map(({ tag }) => tag),
      ['Tell'],
    )
    assert.equal(next.wakeAt, now + 10 * second)
    assert.deepEqual(next.status?.containerStatuses?.[0]?.allocatedResources, { cpu: '100m', memory: '64Mi' })
    assert.deepEqual(
      conditions(next).map(({ type, reason, message }) => [type, reason, message]),
      [['PodResizePending', 'Deferred', 'no room']],
    )
  })

  it('says of a resize that failed why', () => {
    const failure = { reason: 'ResizeError', message: 'in use', at: now, tries: 1, retryAt: now + 10 * second }
    const next = planned(asking(resources('200m')), {
      containers: [made(resources('100m'))],
      failures: new Map([['resize', failure]]),
    })
    assert.deepEqual(
      conditions(next).map(({ type, reason, message }) => [type, reason, message]),
      [['PodResizeInProgress', 'Error', 'in use']],
    )
  })

  it('is infeasible where the node is too small, and waits where others have the room', () => {
    const settings = { allocatable: { cpu: '2', memory: '1Gi', pods: '110', 'ephemeral-storage': '1Gi' } }
    assert.equal(resizeRefusal(asking(resources('2')), [], settings), undefined)
    assert.deepEqual(resizeRefusal(asking(resources('3')), [], settings), {
      reason: 'Infeasible',
      message: "Node didn't have enough capacity: cpu, requested: 3000, capacity: 2000",
    })
    assert.deepEqual(resizeRefusal(asking(resources('1500m')), [asking(resources('1'))], settings), {
      reason: 'Deferred',
      message: "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
    })
  })
})
