import assert from 'node:assert/strict'
import type { Container, Pod } from '@periplus/kinds'
import { hollowMachine } from '../../src/index.ts'
import { noFeatures } from '../../src/node/features.ts'
import { nodeStatus, withoutHeartbeats } from '../../src/node/node-status.ts'
import type { NodeObservation } from '../../src/node/node-status.ts'
import { podCgroup } from '../../src/resources/pod-cgroup.ts'
import { linuxResources } from '../../src/resources/linux-resources.ts'

const now = Date.parse('2026-01-02T03:04:05Z')
const amounts = { cpu: '4', memory: '16Gi', 'ephemeral-storage': '100Gi', pods: '110' }

describe('the status of a node', () => {
  const seen = async (more: Partial<NodeObservation> = {}): Promise<NodeObservation> => ({
    settings: {
      nodeName: 'n1',
      hostname: 'box',
      hostIps: ['192.168.0.1'],
      clusterDns: [],
      clusterDomain: 'c',
      cgroupRoot: '/k',
      seccompRoot: '/seccomp',
      features: noFeatures,
      singleProcessOomKill: true,
      capacity: amounts,
      allocatable: amounts,
    },
    version: 'v1.35.0',
    facts: await hollowMachine().facts(),
    room: await hollowMachine().room(),
    pressure: { memory: false, disk: false },
    shuttingDown: false,
    runtime: { version: 'containerd://1.6.20', ready: true, networkReady: true, message: '', lacks: [] },
    images: [],
    ...more,
  })
  const conditions = async (more: Partial<NodeObservation> = {}) =>
    Object.fromEntries((nodeStatus({}, await seen(more), now).conditions ?? []).map(each => [each.type, each]))

  it('is ready, without pressure', async () => {
    const all = await conditions()
    assert.deepEqual(
      Object.values(all).map(({ type, status, reason }) => [type, status, reason]),
      [
        ['MemoryPressure', 'False', 'KubeletHasSufficientMemory'],
        ['DiskPressure', 'False', 'KubeletHasNoDiskPressure'],
        ['PIDPressure', 'False', 'KubeletHasSufficientPID'],
        ['Ready', 'True', 'KubeletReady'],
        ['RuntimeCapabilities', 'True', 'RuntimeComplete'],
      ],
    )
  })
  it('is not ready once its machine goes down, whatever else is wrong', async () => {
    const { Ready } = await conditions({ shuttingDown: true })
    assert.deepEqual(
      [Ready?.status, Ready?.reason, Ready?.message],
      ['False', 'KubeletNotReady', 'node is shutting down'],
    )
    const both = await conditions({ shuttingDown: true, runtime: { down: 'no' } })
    assert.equal(both['Ready']?.message, 'container runtime is down: no, node is shutting down')
  })
  it('says what its runtime can do of what not all can, where that is said', async () => {
    const handlers = [{ name: '', recursiveReadOnlyMounts: true, userNamespaces: false }]
    const { runtime } = await seen()
    if ('down' in runtime) assert.fail()
    const told = nodeStatus({}, await seen({ runtime: { ...runtime, handlers } }), now).runtimeHandlers
    assert.deepEqual(told, [{ name: '', features: { recursiveReadOnlyMounts: true, userNamespaces: false } }])
    assert.equal(nodeStatus({}, await seen(), now).runtimeHandlers, undefined)
    const before = { runtimeHandlers: told ?? [] }
    assert.deepEqual(nodeStatus(before, await seen({ runtime: { down: 'no' } }), now).runtimeHandlers, told)
  })
  it('keeps the extended resources that others have written, and gives pods all of them', async () => {
    const gpu = { 'example.com/gpu': '2' }
    const told = nodeStatus(
      { capacity: { ...gpu, cpu: '1', 'kubernetes.io/odd': '1' }, allocatable: { 'example.com/gone': '1' } },
      await seen(),
      now,
    )
    assert.deepEqual(
      [told.capacity, told.allocatable],
      [
        { ...gpu, ...amounts },
        { ...gpu, ...amounts },
      ],
    )
  })
  it('says what is wrong and what is missing', async () => {
    assert.equal((await conditions({ runtime: { down: 'gone' } }))['Ready']?.message, 'container runtime is down: gone')
    const lacking = await conditions({
      runtime: {
        version: 'x',
        ready: true,
        networkReady: false,
        message: 'cni config uninitialized',
        lacks: ['a', 'b'],
      },
    })
    assert.equal(lacking['Ready']?.status, 'False')
    assert.deepEqual(
      [lacking['RuntimeCapabilities']?.status, lacking['RuntimeCapabilities']?.message],
      ['False', 'a; b'],
    )
    const alone = await conditions({ services: { works: false, reason: 'NoPodNetwork', message: 'none here' } })
    assert.equal(alone['ServiceNetwork']?.status, 'False')
    assert.equal(alone['ServiceNetwork']?.reason, 'NoPodNetwork')
    const tight = await conditions({
      room: { memoryBytes: 0, storageBytes: 0, pids: 0 },
      pressure: { memory: true, disk: true },
    })
    assert.deepEqual(
      ['MemoryPressure', 'DiskPressure', 'PIDPressure'].map(type => tight[type]?.status),
      ['True', 'True', 'True'],
    )
  })
  it('keeps what others wrote, and the moments of change', async () => {
    const before = nodeStatus({ conditions: [{ type: 'NetworkUnavailable', status: 'False' }] }, await seen(), now)
    const after = nodeStatus(before, await seen(), now + 60_000)
    assert.equal(after.conditions?.[0]?.type, 'NetworkUnavailable')
    assert.equal(after.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime, '2026-01-02T03:04:05Z')
    assert.deepEqual(withoutHeartbeats(after), withoutHeartbeats(before))
    assert.notDeepEqual(after, before)
  })
})

describe('cgroup figures', () => {
  const gibibyte = 2 ** 30
  const machine = { features: noFeatures, capacity: amounts, singleProcessOomKill: false }
  const rest = { memorySwapLimitBytes: 0, hugePageLimits: [], unified: {} }
  const figures = (resources: object) =>
    linuxResources({ spec: { containers: [{ name: 'c', resources }] } }, { name: 'c', resources }, machine)
  it('are those of the kubelet', () => {
    assert.deepEqual(figures({}), {
      cpuShares: 2,
      cpuQuota: 0,
      cpuPeriod: 100_000,
      memoryLimitBytes: 0,
      oomScoreAdj: 1000,
      ...rest,
    })
    assert.deepEqual(figures({ requests: { cpu: '250m', memory: '4Gi' }, limits: { cpu: '500m' } }), {
      cpuShares: 256,
      cpuQuota: 50_000,
      cpuPeriod: 100_000,
      memoryLimitBytes: 0,
      oomScoreAdj: 750,
      ...rest,
    })
    const guaranteed = { limits: { cpu: '1', memory: '1Gi' } }
    assert.deepEqual(figures(guaranteed), {
      cpuShares: 1024,
      cpuQuota: 100_000,
      cpuPeriod: 100_000,
      memoryLimitBytes: gibibyte,
      oomScoreAdj: -997,
      ...rest,
    })
    assert.equal(figures({ limits: { cpu: '1m' } }).cpuQuota, 1000)
  })
  it('of the pod stand in where a container has none, and decide its class', () => {
    const of = (container: Container, more: Partial<NonNullable<Pod['spec']>>) =>
      linuxResources({ spec: { containers: [container], ...more } }, container, machine)
    const shared = { resources: { limits: { cpu: '2', memory: '2Gi' }, requests: { cpu: '1', memory: '2Gi' } } }
    const plain = of({ name: 'c' }, shared)
    assert.deepEqual([plain.cpuQuota, plain.memoryLimitBytes, plain.oomScoreAdj], [200_000, 2 * gibibyte, 875])
    const own = of({ name: 'c', resources: { limits: { memory: '1Gi' } } }, shared)
    assert.deepEqual([own.cpuQuota, own.memoryLimitBytes], [200_000, gibibyte])
    const guaranteed = { resources: { limits: { cpu: '1', memory: '1Gi' } } }
    assert.equal(of({ name: 'c' }, guaranteed).oomScoreAdj, -997)
  })
  it('bound the pod as a whole where it has a limit, or all of its containers have', () => {
    const files = (pod: Pod, cgroup2: boolean) =>
      podCgroup(pod, { cgroup2 }).map(({ name, value }) => `${name}=${value}`)
    const limits = { cpu: '500m', memory: '64Mi' }
    const bounded: Pod = { spec: { containers: [{ name: 'a', resources: { limits } }] } }
    const old = [
      'cpu.shares=512',
      'cpu.cfs_period_us=100000',
      'cpu.cfs_quota_us=50000',
      'memory.limit_in_bytes=67108864',
    ]
    assert.deepEqual(files(bounded, false), old)
    assert.deepEqual(files(bounded, true), ['cpu.weight=20', 'cpu.max=50000 100000', 'memory.max=67108864'])
    const open: Pod = { spec: { containers: [{ name: 'a', resources: { limits } }, { name: 'b' }] } }
    assert.deepEqual(files(open, false), ['cpu.shares=512'])
    assert.deepEqual(files({ spec: { containers: [{ name: 'a' }] } }, false), ['cpu.shares=2'])
    const own: Pod = { spec: { containers: [{ name: 'a' }, { name: 'b' }], resources: { limits } } }
    assert.deepEqual(files(own, true), ['cpu.weight=1', 'cpu.max=50000 100000', 'memory.max=67108864'])
  })
  it('never have a sidecar killed before what it serves', () => {
    const sidecar: Container = { name: 's', restartPolicy: 'Always', resources: { requests: { memory: '1Mi' } } }
    const app: Container = { name: 'c', resources: { requests: { memory: '4Gi' } } }
    const pod: Pod = { spec: { initContainers: [sidecar], containers: [app] } }
    assert.equal(linuxResources(pod, sidecar, machine).oomScoreAdj, 750)
  })
  it('spare only what Kubernetes calls critical to the node', () => {
    const score = (priorityClassName: string): number =>
      linuxResources(
        { spec: { priorityClassName, priority: 2e9, containers: [{ name: 'c' }] } },
        { name: 'c' },
        machine,
      ).oomScoreAdj
    assert.deepEqual([score('system-node-critical'), score('system-cluster-critical')], [-997, 1000])
  })
})
