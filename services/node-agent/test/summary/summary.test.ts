import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pod } from '@periplus/kinds'
import type { ContainerState } from '@periplus/runtime'
import type { Sample } from '../../src/metrics/sample.ts'
import { fileSystemAt, useBelow } from '../../src/summary/file-system.ts'
import { networkOf } from '../../src/summary/network.ts'
import { resourceMetrics } from '../../src/summary/resource-metrics.ts'
import { summaryOf } from '../../src/summary/summary.ts'
import type { NodeUse } from '../../src/summary/summary.ts'

const at = Date.UTC(2026, 0, 1)
const time = '2026-01-01T00:00:10Z'
const sample = (seconds: number, busySeconds: number): Sample => ({
  at: at + seconds * 1000,
  machine: { cpuNanoseconds: busySeconds * 2e9, memoryBytes: 3000 },
  containers: new Map([['x', { cpuNanoseconds: busySeconds * 1e9, memoryBytes: 1000 }]]),
})
const files = (usedBytes: number, inodesUsed = 1) => ({
  ...{ availableBytes: 50, capacityBytes: 100, usedBytes, inodes: 10, inodesFree: 5, inodesUsed },
})
const container = (id: string, state: string) =>
  ({ id, name: `c-${id}`, state, startedAt: at }) as unknown as ContainerState
const pod: Pod = {
  metadata: { name: 'web', namespace: 'shop', uid: 'u' },
  status: { startTime: '2026-01-01T00:00:00Z' },
}
const network = { name: 'eth0', rxBytes: 1, rxErrors: 0, txBytes: 2, txErrors: 0, interfaces: [] }
const use: NodeUse = {
  nodeName: 'n1',
  bootedAt: at,
  before: sample(0, 1),
  after: sample(10, 6),
  memoryTotalBytes: 10_000,
  network,
  fs: files(40),
  imageFs: files(20),
  processes: { most: 100, current: 7 },
  pods: [
    {
      pod,
      containers: [container('x', 'running'), container('y', 'exited')],
      files: new Map([['c-x', { rootfs: files(7), logs: files(3) }]]),
      volumes: [
        { name: 'scratch', use: files(5), ephemeral: true },
        { name: 'data', claim: { name: 'data', namespace: 'shop' }, use: files(90), ephemeral: false },
      ],
      network,
    },
    { pod: { metadata: { name: 'ended' } }, containers: [container('z', 'exited')], files: new Map(), volumes: [] },
  ],
}

describe('the summary of a node', () => {
  it('tells processors, memory, files and network of node, pods and containers as the kubelet does', () => {
    const cpu = { time, usageNanoCores: 5e8, usageCoreNanoSeconds: 6e9 }
    const memory = { time, workingSetBytes: 1000 }
    assert.deepEqual(summaryOf(use), {
      node: {
        nodeName: 'n1',
        startTime: '2026-01-01T00:00:00Z',
        cpu: { time, usageNanoCores: 1e9, usageCoreNanoSeconds: 12e9 },
        memory: { time, workingSetBytes: 3000, availableBytes: 7000 },
        network: { time, ...network },
        fs: { time, ...files(40) },
        runtime: { imageFs: { time, ...files(20) } },
        rlimit: { time, maxpid: 100, curproc: 7 },
      },
      pods: [
        {
          podRef: { name: 'web', namespace: 'shop', uid: 'u' },
          startTime: '2026-01-01T00:00:00Z',
          containers: [
            {
              name: 'c-x',
              startTime: '2026-01-01T00:00:00Z',
              cpu,
              memory,
              rootfs: { time, ...files(7) },
              logs: { time, ...files(3) },
            },
          ],
          cpu,
          memory,
          network: { time, ...network },
          volume: [
            { time, ...files(5), name: 'scratch' },
            { time, ...files(90), name: 'data', pvcRef: { name: 'data', namespace: 'shop' } },
          ],
          'ephemeral-storage': { time, ...files(15, 3) },
        },
      ],
    })
  })

  it('tells processors and memory alone where that is asked for', () => {
    const text = JSON.stringify(summaryOf(use, true))
    for (const word of ['"fs"', 'rootfs', 'network', 'volume', 'ephemeral']) assert.ok(!text.includes(word), word)
    assert.ok(text.includes('usageNanoCores'))
  })

  it('tells no rate of a container that has just begun', () => {
    const begun: NodeUse = { ...use, before: { ...use.before, containers: new Map() } }
    const text = JSON.stringify((summaryOf(begun) as { readonly pods: unknown }).pods)
    assert.ok(!text.includes('usageNanoCores'))
    assert.ok(text.includes('"usageCoreNanoSeconds":6000000000'))
  })

  it('is told to Prometheus as well', () => {
    const text = resourceMetrics(use)
    assert.match(text, /^container_cpu_usage_seconds_total\{container="c-x",namespace="shop",pod="web"\} 6 \d+$/m)
    assert.match(text, /^pod_memory_working_set_bytes\{namespace="shop",pod="web"\} 1000 \d+$/m)
    assert.match(text, /^node_cpu_usage_seconds_total 12 \d+$/m)
    assert.ok(!text.includes('c-y'))
  })

  it('counts the files below a path, on the file system that it is on', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'periplus-summary-'))
    await writeFile(join(directory, 'a'), Buffer.alloc(8192, 1))
    const around = await fileSystemAt(directory)
    assert.ok(around && around.capacityBytes > 0)
    const below = await useBelow(around, [directory])
    assert.ok(below.usedBytes >= 8192 && below.usedBytes < 100_000)
    assert.equal(below.inodesUsed, 2)
    assert.equal(below.capacityBytes, around.capacityBytes)
    await rm(directory, { recursive: true })
    assert.equal(await fileSystemAt(directory), undefined)
  })

  it('reads what the kernel says of interfaces, and which of them leads out', () => {
    const devices = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       1    0    0    0     0          0         0      100       1    0    0    0     0       0          0
  eth1:      10       1    2    0    0     0          0         0       30       1    4    0    0     0       0          0
  eth0:     123       1    0    0    0     0          0         0      456       1    0    0    0     0       0          0
`
    const routes = 'Iface\tDestination\tGateway\neth1\t0000A8C0\t00000000\neth0\t00000000\t0100A8C0\n'
    const eth0 = { name: 'eth0', rxBytes: 123, rxErrors: 0, txBytes: 456, txErrors: 0 }
    const eth1 = { name: 'eth1', rxBytes: 10, rxErrors: 2, txBytes: 30, txErrors: 4 }
    assert.deepEqual(networkOf(devices, routes), { ...eth0, interfaces: [eth1, eth0] })
    assert.deepEqual(networkOf('', ''), { interfaces: [] })
  })
})
