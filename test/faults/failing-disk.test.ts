import assert from 'node:assert/strict'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { ApiClient } from './api-client.ts'
import { assertKept, assertServed, assertSound, assertTold } from './audit.ts'
import { failingSyncs } from './failing-syncs.ts'
import { startLoad } from './load.ts'
import type { Load } from './load.ts'
import { allEvents } from './log-of.ts'
import { saidBy } from './said-by.ts'
import { until } from './until.ts'
import { startWatcher } from './watcher.ts'
import type { Watcher } from './watcher.ts'

describe('a disk that fails to sync', function () {
  this.timeout(120_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  let api: ApiClient
  let load: Load
  let watcher: Watcher
  let recover: (() => Promise<void>) | undefined

  const goesOn = async (): Promise<void> => {
    const before = load.acknowledged.length
    await until('writes are acknowledged', () => load.acknowledged.length > before + 40)
  }

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    api = apiClient(cluster.home)
    watcher = await startWatcher(api, '/api/v1/namespaces/default/configmaps')
    load = startLoad(api, 'load')
    await goesOn()
  })
  after(async () => {
    await recover?.()
    await load.stop()
    await watcher.stop()
    await removeCluster(cluster)
  })

  it('has nothing acknowledged that is not on it, and the log’s server started again by itself', async () => {
    const server = cluster.processes()['nats'] ?? assert.fail('no server')
    recover = await failingSyncs(server, line => console.log(`      ${line}`))
    await until('the server is started again', () => cluster.processes()['nats'] !== server)
    assert.match(
      saidBy(cluster.home, 'supervisor'),
      /nats has stopped writing and is started again.*input\/output error/,
    )
    await goesOn()
  })

  it('has lost nothing, and everybody was told the same', async () => {
    await load.stop()
    assert.deepEqual(load.wrong, [])
    const events = await allEvents(cluster.home)
    assertSound(events)
    assertKept(events, load.acknowledged)
    await assertServed(events, api)
    await assertTold(events, watcher)
  })
})
