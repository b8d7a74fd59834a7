import assert from 'node:assert/strict'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, shareInstalled, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { assertKept, assertServed, assertSound } from './audit.ts'
import { startLoad } from './load.ts'
import type { Load } from './load.ts'
import { allEvents } from './log-of.ts'
import { smallDisk } from './small-disk.ts'
import type { SmallDisk } from './small-disk.ts'
import { until } from './until.ts'
import { saidBy } from './said-by.ts'

const pod = (name: string, script: string): string =>
  JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name } },
    spec: {
      terminationGracePeriodSeconds: 1,
      volumes: [{ name: 'data', emptyDir: {} }],
      containers: [
        {
          name: 'main',
          image: 'busybox',
          command: ['sh', '-c', script],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
        },
      ],
    },
  })

const forever = 'trap "exit 0" TERM; while :; do sleep 0.2; done'
/** Until nothing more fits, in large pieces and then in small ones, and whatever becomes free after that. */
const fill =
  'while :; do for size in 1M 4k; do dd if=/dev/zero bs=$size >> /data/fill 2>/dev/null; done; sleep 0.1; done'

describe('a pod that fills the disk of a whole cluster', function () {
  this.timeout(180_000)
  let disk: SmallDisk
  let cluster: TestCluster
  let api: ApiClient
  let load: Load

  const up = async (): Promise<void> => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    api = apiClient(cluster.home)
  }
  const isRunning = async (name: string): Promise<boolean> =>
    (await cluster.kubectl(`get pod ${name} -o jsonpath={.status.phase}`)).stdout === 'Running'
  const said = (): string => saidBy(cluster.home, 'supervisor')

  before(async () => {
    disk = smallDisk(700)
    const home = join(disk.directory, 'home')
    mkdirSync(home, { mode: 0o700 })
    shareInstalled(home)
    cluster = testCluster({}, home)
    await up()
    for (const name of ['bystander', 'victim']) await cluster.ok(['create', '-f', '-'], pod(name, forever))
    for (const name of ['bystander', 'victim']) await until(`${name} runs`, () => isRunning(name))
    load = startLoad(api, 'load')
    await until('writes are acknowledged', () => load.acknowledged.length > 40)
  })
  after(async () => {
    await load.stop()
    await removeCluster(cluster)
    disk.remove()
  })

  it('is evicted, and meanwhile others are deleted', async () => {
    await cluster.ok(['create', '-f', '-'], pod('greedy', fill))
    await until('the disk is nearly full', () => said().includes('the disk is nearly full'))
    const deleted = await cluster.kubectl('delete pod victim --timeout=60s')
    assert.equal(deleted.code, 0, deleted.stderr)
    const reason = 'get pod greedy -o jsonpath={.status.phase}/{.status.reason}'
    await until('the pod is evicted', async () => (await cluster.kubectl(reason)).stdout === 'Failed/Evicted')
    assert.ok(await isRunning('bystander'))
    // What it wrote goes a moment later, and a command needs files of its own.
    await until('there is room again', () => said().includes('there is room on the disk again'))
    const { code, stdout, stderr } = await cluster.kubectl('exec bystander -- true')
    assert.equal(code, 0, stderr + stdout)
  })

  it('leaves a log that has all that was acknowledged, and takes more', async () => {
    const before = load.acknowledged.length
    await until('writes are taken again', () => load.acknowledged.length > before + 20)
    await load.stop()
    assert.deepEqual(load.wrong, [])
    const events = await allEvents(cluster.home)
    assertSound(events)
    assertKept(events, load.acknowledged)
    await assertServed(events, api)
  })

  it('leaves a cluster that goes down and up, and runs new pods when the pressure is over', async () => {
    assert.equal((await cluster.periplus('down')).code, 0)
    await up()
    await until('the bystander runs', () => isRunning('bystander'))
    await until('the reserve is there again', () => reserveIsWhole(cluster.home))
    await cluster.ok(['create', '-f', '-'], pod('later', forever))
    await until('a new pod runs', () => isRunning('later'))
  })
})

const reserveIsWhole = (home: string): boolean => {
  try {
    return statSync(join(home, 'nats/reserve')).size >= 64 * 1024 ** 2
  } catch {
    return false
  }
}
