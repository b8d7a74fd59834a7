import assert from 'node:assert/strict'
import type { Stored } from '@periplus/api'
import type { Node, Pod } from '@periplus/kinds'
import type { ContainerState } from '@periplus/runtime'
import { nodeReading, podReading } from '../src/metrics/readings.ts'
import { busyNanoseconds, heldBytes } from '../src/metrics/sample.ts'
import type { Sample } from '../src/metrics/sample.ts'

const at = Date.UTC(2026, 0, 1)
const sample = (seconds: number, machineCores: number, containers: Readonly<Record<string, number>>): Sample => ({
  at: at + seconds * 1000,
  machine: { cpuNanoseconds: seconds * machineCores * 1e9, memoryBytes: 3 * 2 ** 20 },
  containers: new Map(
    Object.entries(containers).map(([id, nanoseconds]) => [id, { cpuNanoseconds: nanoseconds, memoryBytes: 2 ** 20 }]),
  ),
})
const container = (id: string, state = 'running') => ({ id, name: `c-${id}`, state }) as unknown as ContainerState
const pod = { metadata: { name: 'a', namespace: 'default', uid: 'u', labels: { app: 'a' } } } as unknown as Pod

describe('readings of what is used', () => {
  it('tell the rate of cpu between two samples, and the memory at the second', () => {
    const reading = podReading(pod, [container('x')], sample(0, 0, { x: 1e9 }), sample(10, 0, { x: 2.5e9 }))
    assert.deepEqual(reading, {
      apiVersion: 'metrics.k8s.io/v1beta1',
      kind: 'PodMetrics',
      metadata: {
        name: 'a',
        namespace: 'default',
        labels: { app: 'a' },
        ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'a', uid: 'u' }],
      },
      timestamp: '2026-01-01T00:00:10Z',
      window: '10s',
      containers: [{ name: 'c-x', usage: { cpu: '150000000n', memory: '1024Ki' } }],
    })
  })

  it('leave out containers that have begun anew, ended, or were seen once', () => {
    const before = sample(0, 0, { x: 5e9, z: 0 })
    const after = sample(10, 0, { x: 1e9, y: 1e9, z: 0 })
    const reading = podReading(pod, [container('x'), container('y'), container('z')], before, after)
    assert.deepEqual(reading?.containers, [{ name: 'c-z', usage: { cpu: '0', memory: '1024Ki' } }])
    assert.equal(podReading(pod, [container('z', 'exited')], before, after), undefined)
  })

  it('tell the same of the machine', () => {
    const node = { metadata: { name: 'n', uid: 'u' } } as unknown as Stored<Node>
    const reading = nodeReading(node, sample(0, 2, {}), sample(10, 2, {}))
    assert.deepEqual(reading?.usage, { cpu: '2000000000n', memory: '3072Ki' })
  })

  it('come from what the kernel says: times that are not idle, memory that is not available', () => {
    assert.equal(busyNanoseconds('cpu  100 10 50 4000 300 5 5 30 0 0\ncpu0 1 1 1 1\n'), 2e9)
    assert.equal(heldBytes('MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    400 kB\n'), 600 * 1024)
  })
})
