import assert from 'node:assert/strict'
import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, shareInstalled, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { apiClient } from './api-client.ts'
import type { Answer, ApiClient } from './api-client.ts'
import { assertKept, assertServed, assertSound } from './audit.ts'
import { isAlive, killAll, processesOf } from './cluster-processes.ts'
import { startLoad } from './load.ts'
import type { Load } from './load.ts'
import { allEvents } from './log-of.ts'
import { smallDisk } from './small-disk.ts'
import type { SmallDisk } from './small-disk.ts'
import { until } from './until.ts'
import { saidBy } from './said-by.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'

describe('a disk that is full', function () {
  this.timeout(120_000)
  let disk: SmallDisk
  let cluster: TestCluster
  let api: ApiClient
  const loads: Load[] = []
  let written = 0

  const create = (name: string): Promise<Answer> =>
    api.ask(configMaps, { method: 'POST', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } } })
  const patch = (name: string, value: string): Promise<Answer> =>
    api.ask(`${configMaps}/${name}`, { method: 'PATCH', body: { data: { value } } })
  const up = async (): Promise<void> => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    api = apiClient(cluster.home)
  }
  const said = (): string => saidBy(cluster.home, 'supervisor')
  const underLoad = async (): Promise<void> => {
    const load = startLoad(api, `load${loads.length}`)
    loads.push(load)
    await until('writes are acknowledged', () => load.acknowledged.length > 40)
  }
  /** Whatever was acknowledged at any time is in the log, and is what is served. */
  const nothingIsLost = async (): Promise<void> => {
    for (const load of loads) {
      await load.stop()
      assert.deepEqual(load.wrong, [])
    }
    const events = await allEvents(cluster.home)
    assertSound(events)
    assertKept(
      events,
      loads.flatMap(({ acknowledged }) => acknowledged),
    )
    await assertServed(events, api)
  }
  /** Changes, until one is answered so or something else is the case. */
  const writeUntil = (what: string, isSo: (answer: Answer) => boolean): Promise<Answer> =>
    until(what, async () => {
      const answers = await Promise.all(
        [0, 1, 2, 3].map(id => patch(`large-${id}`, String(written++).padEnd(60_000, 'x'))),
      )
      return answers.find(isSo)
    })
  const large = (): Promise<readonly Answer[]> => Promise.all([0, 1, 2, 3].map(id => create(`large-${id}`)))
  const reserveIsHeld = (): Promise<true> =>
    until('the log has all of its reserve', () => statSync(join(cluster.home, 'nats/reserve')).size >= 64 * 1024 ** 2)

  before(async () => {
    disk = smallDisk(320)
    const home = join(disk.directory, 'home')
    mkdirSync(home, { mode: 0o700 })
    shareInstalled(home)
    cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' }, home)
    await up()
  })
  after(async () => {
    await Promise.all(loads.map(load => load.stop()))
    disk.empty()
    await removeCluster(cluster)
    disk.remove()
  })

  it('nothing new is created, and what is there is read, changed and deleted', async () => {
    await underLoad()
    assert.equal((await create('one')).status, 201)
    assert.deepEqual(
      (await large()).map(({ status }) => status),
      [201, 201, 201, 201],
    )
    await reserveIsHeld()
    const processes = cluster.processes()
    disk.fill()
    const refused = await create('another')
    assert.equal(refused.status, 503)
    assert.equal(refused.headers['retry-after'], '1')
    assert.equal(refused.body['reason'], 'ServiceUnavailable')
    assert.match(
      String(refused.body['message']),
      /the disk of the cluster's log is nearly full: nothing new is created/,
    )
    assert.equal((await api.ask(configMaps)).status, 200)
    assert.equal((await api.ask(configMaps, { headers: { 'periplus-read': 'consistent' } })).status, 200)
    assert.equal((await patch('one', 'changed')).status, 200)
    assert.equal((await api.ask(`${configMaps}/one`, { method: 'DELETE' })).status, 200)
    await until('the supervisor says so', () => said().includes('the disk is nearly full'))
    assert.deepEqual(cluster.processes(), processes)
    for (const [name, pid] of Object.entries(processes)) assert.ok(isAlive(pid), `${name} runs on`)
  })

  it('the log writes on from its reserve when its own room is used up', async () => {
    const before = cluster.processes()['nats']
    await writeUntil('nats is started again', ({ status }) => {
      assert.equal(status, 200, 'whoever writes meanwhile waits for it')
      return cluster.processes()['nats'] !== before
    })
    assert.match(said(), /the log's reserve is given back.*no space left on device/)
    await nothingIsLost()
  })

  it('without any reserve left, all goes on once there is room', async () => {
    rmSync(join(cluster.home, 'nats/reserve'), { force: true })
    disk.fill()
    await writeUntil('the log takes no more', ({ status }) => status === 503)
    assert.equal((await api.ask(configMaps)).status, 200)
    disk.empty()
    await until('writes are taken', async () => (await create('after')).status === 201)
    await underLoad()
    await nothingIsLost()
  })

  it('the gaps that it has left are no loss, though everything is killed and Redis knows nothing', async () => {
    const accounted = (): string => saidBy(cluster.home, 'control-plane')
    // The server may have been started again since they were accounted for first, which leaves the mark once more.
    await until('the gaps are accounted for', () => !existsSync(join(cluster.home, 'nats/unaccounted-gaps')))
    assert.match(accounted(), /the log has all that was written .*"gaps":[1-9]/)
    killAll(cluster.home)
    await until('all have ended', () => processesOf(cluster.home).length === 0)
    rmSync(join(cluster.home, 'redis/dump.rdb'), { force: true })
    await up()
    await nothingIsLost()
  })

  it('down and up again: a start has of the reserve what it needs, and without it says what that is', async () => {
    const reserve = join(cluster.home, 'nats/reserve')
    await reserveIsHeld()
    disk.fill()
    assert.equal((await cluster.periplus('down')).code, 0)
    assert.deepEqual(processesOf(cluster.home), [])
    await up()
    assert.match(said(), /the log's reserve is given back for the start/)
    assert.equal((await api.ask(`${configMaps}/after`, { method: 'DELETE' })).status, 200)
    await until('the reserve has what the start has left', () => statSync(reserve).size >= 48 * 1024 ** 2)
    assert.equal((await cluster.periplus('down')).code, 0)
    // While it runs, the cluster would take of the room that this makes.
    rmSync(reserve)
    disk.fill()
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 1)
    assert.match(
      stderr,
      /^periplus: .*home has \d MiB free and a cluster needs 32 MiB to start: make room on that disk\n$/,
    )
    assert.deepEqual(processesOf(cluster.home), [])
    disk.empty()
    await up()
    await nothingIsLost()
  })
})
