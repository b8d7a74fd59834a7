import assert from 'node:assert/strict'
import { until } from '../../faults/until.ts'
import type { TestCluster } from '../cluster.ts'
import { pageOf } from './page.ts'

/** The pages about quotas of memory and CPU, of pods, of other objects, and by priority. */
export const quotaPages = async (cluster: TestCluster): Promise<void> => {
  const memory = await pageOf(cluster, 'policy', 'quota-mem-cpu-example')
  await memory.apply('quota-mem-cpu')
  await memory.apply('quota-mem-cpu-pod')
  assert.match(
    await memory.refused('quota-mem-cpu-pod-2'),
    /forbidden: exceeded quota: mem-cpu-demo, requested: requests\.memory=700Mi, used: requests\.memory=600Mi, limited: requests\.memory=1Gi$/m,
  )
  const used = '{.status.used.limits\\.cpu} {.status.used.limits\\.memory} {.status.used.requests\\.cpu}'
  assert.equal(await memory.field('resourcequota mem-cpu-demo', used), '800m 800Mi 400m')
  await memory.leave()

  const pods = await pageOf(cluster, 'policy', 'quota-pod-example')
  await pods.apply('quota-pod')
  await pods.apply('quota-pod-deployment')
  await pods.ok('wait --for=condition=ReplicaFailure deployment/pod-quota-demo --timeout=30s')
  assert.match(
    await pods.field('deployment pod-quota-demo', '{.status.conditions[?(@.type=="ReplicaFailure")].message}'),
    /is forbidden: exceeded quota: pod-demo, requested: pods=1, used: pods=2, limited: pods=2$/,
  )
  await pods.leave()

  const objects = await pageOf(cluster, 'policy', 'quota-object-example')
  await objects.apply('quota-objects')
  await objects.apply('quota-objects-pvc')
  assert.match(
    await objects.refused('quota-objects-pvc-2'),
    /exceeded quota: object-quota-demo, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: persistentvolumeclaims=1$/m,
  )
  const service = await cluster.kubectl('-n quota-object-example create service nodeport web --tcp=80')
  assert.match(
    service.stderr,
    /exceeded quota: object-quota-demo, requested: services\.nodeports=1, used: services\.nodeports=0, limited: services\.nodeports=0/,
  )
  await objects.leave()

  const priority = await pageOf(cluster, 'policy', 'quota-priority')
  await cluster.ok('create priorityclass high --value=1000')
  await priority.apply('quota')
  await priority.apply('high-priority-pod')
  assert.match(
    await priority.ok('describe quota'),
    /Name: +pods-high\n[^]*cpu +500m +1k\nmemory +10Gi +200Gi\npods +1 +10\n[^]*Name: +pods-low\n[^]*pods +0 +10\n[^]*Name: +pods-medium\n[^]*pods +0 +10\n/,
  )
  await priority.leave()
  await cluster.ok('delete priorityclass high')
}

/** The page "Limit Storage Consumption". */
export const storageLimitPage = async (cluster: TestCluster): Promise<void> => {
  const { ok, apply, field, leave } = await pageOf(cluster, 'policy', 'limited-storage')
  await apply('storagelimits', 'storagequota')
  const made = async (name: string, storage: string): Promise<string> => {
    const claim = {
      ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name, namespace: 'limited-storage' } },
      spec: { storageClassName: 'manual', accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
    }
    const { stdout, stderr } = await cluster.kubectl('create -f -', JSON.stringify(claim))
    return stdout + stderr
  }
  assert.match(
    await made('large', '10Gi'),
    /"large" is forbidden: maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 10Gi$/m,
  )
  assert.match(
    await made('small', '500Mi'),
    /"small" is forbidden: minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi$/m,
  )
  for (const name of ['one', 'two']) assert.match(await made(name, '2Gi'), / created$/m)
  assert.match(
    await made('three', '2Gi'),
    /exceeded quota: storagequota, requested: requests\.storage=2Gi, used: requests\.storage=4Gi, limited: requests\.storage=5Gi$/m,
  )
  await ok('delete pvc one two')
  const used = '{.status.used.requests\\.storage}'
  await until('the quota has room again', async () => (await field('resourcequota storagequota', used)) === '0')
  for (const name of ['a', 'b', 'c', 'd', 'e']) assert.match(await made(name, '1Gi'), / created$/m)
  assert.match(
    await made('f', '1Gi'),
    /exceeded quota: storagequota, requested: persistentvolumeclaims=1,requests\.storage=1Gi, used: persistentvolumeclaims=5,requests\.storage=5Gi, limited: persistentvolumeclaims=5,requests\.storage=5Gi$/m,
  )
  await leave()
}

const resources = '{.spec.containers[0].resources}'

/** What the pages about defaults and constraints of a resource say of each pod: its resources, or why it is refused. */
const limitRanges = {
  'memory-defaults': [
    { limits: { memory: '512Mi' }, requests: { memory: '256Mi' } },
    { limits: { memory: '1Gi' }, requests: { memory: '1Gi' } },
    { limits: { memory: '512Mi' }, requests: { memory: '128Mi' } },
  ],
  'cpu-defaults': [
    { limits: { cpu: '1' }, requests: { cpu: '500m' } },
    { limits: { cpu: '1' }, requests: { cpu: '1' } },
    { limits: { cpu: '1' }, requests: { cpu: '750m' } },
  ],
  'memory-constraints': [
    { limits: { memory: '800Mi' }, requests: { memory: '600Mi' } },
    /forbidden: maximum memory usage per Container is 1Gi, but limit is 1536Mi$/m,
    /forbidden: minimum memory usage per Container is 500Mi, but request is 100Mi$/m,
    { limits: { memory: '1Gi' }, requests: { memory: '1Gi' } },
  ],
  'cpu-constraints': [
    { limits: { cpu: '800m' }, requests: { cpu: '500m' } },
    /forbidden: maximum cpu usage per Container is 800m, but limit is 1500m$/m,
    /forbidden: minimum cpu usage per Container is 200m, but request is 100m$/m,
    { limits: { cpu: '800m' }, requests: { cpu: '800m' } },
  ],
} as const

/** The pages about default and least and most memory and CPU of a namespace. */
export const limitRangePages = async (cluster: TestCluster): Promise<void> => {
  for (const [name, pods] of Object.entries(limitRanges)) {
    const { apply, refused, field, leave } = await pageOf(cluster, 'policy', `${name}-example`)
    await apply(name)
    for (const [index, expected] of pods.entries()) {
      const manifest = `${name}-pod${index === 0 ? '' : `-${index + 1}`}`
      if (expected instanceof RegExp) {
        assert.match(await refused(manifest), expected)
        continue
      }
      const pod = (await apply(manifest)).split(' ')[0] ?? ''
      assert.deepEqual(JSON.parse(await field(pod, resources)), expected)
    }
    await leave()
  }
}
