import assert from 'node:assert/strict'
import type { RecordedEvent } from '@periplus/log'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { assertKept, assertServed, assertSound, assertTold } from './audit.ts'
import { startLoad } from './load.ts'
import type { Load } from './load.ts'
import { allEvents, objectIn } from './log-of.ts'
import { copies, doubled, startRoleCopies } from './role-copies.ts'
import type { Copy, RoleCopies } from './role-copies.ts'
import { until } from './until.ts'
import { startWatcher } from './watcher.ts'
import type { Watcher } from './watcher.ts'

const path = '/apis/apps/v1/namespaces/default/deployments'

interface Pod {
  readonly spec?: { readonly nodeName?: string }
}

const other = (copy: Copy): Copy => (copy === 0 ? 1 : 0)

/** Each pod of a deployment was made once and bound once, and nobody had to take one away again. */
const assertDecidedOnce = (events: readonly RecordedEvent[], deployment: string, replicas: number): void => {
  const made = events.filter(({ ref }) => ref.resource === 'pods' && ref.name.startsWith(`${deployment}-`))
  assert.equal(made.filter(({ type }) => type === 'created').length, replicas)
  assert.equal(made.filter(({ type }) => type === 'deleted').length, 0)
  const bound = new Map<string, string>()
  for (const event of made) {
    const node = objectIn<Pod>(event).spec?.nodeName
    const before = bound.get(event.ref.name)
    if (before !== undefined) assert.equal(node, before, `${event.ref.name} was bound twice`)
    if (node !== undefined) bound.set(event.ref.name, node)
  }
  const sets = events.filter(
    ({ type, ref }) => type === 'created' && ref.resource === 'replicasets' && ref.name.startsWith(`${deployment}-`),
  )
  assert.equal(sets.length, 1)
}

describe('roles in processes of their own, each twice, under load', function () {
  this.timeout(120_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  let roles: RoleCopies
  let loads: readonly Load[]
  let watchers: readonly Watcher[]
  let deployments = 0

  /** Each API server takes more writes. */
  const goesOn = async (through: readonly Copy[] = copies): Promise<void> => {
    const before = loads.map(load => load.acknowledged.length)
    await until('writes go on', () =>
      through.every(copy => (loads[copy]?.acknowledged.length ?? 0) > (before[copy] ?? 0) + 20),
    )
  }
  const create = async (replicas: number, through: Copy = 0): Promise<string> => {
    const name = `web${deployments++}`
    const labels = { app: name }
    const template = { metadata: { labels }, spec: { containers: [{ name: 'nginx', image: 'nginx' }] } }
    const spec = { replicas, selector: { matchLabels: labels }, template }
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec }
    const made = await roles.apis[through].ask(path, { method: 'POST', body })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return name
  }
  const becomes = (name: string, count: 'replicas' | 'availableReplicas', wanted: number, through: Copy = 0) =>
    until(`${count} of ${name} are ${wanted}`, async () => {
      const { body } = await roles.apis[through].ask(`${path}/${name}`)
      return (body['status'] as Readonly<Record<string, number>> | undefined)?.[count] === wanted
    })
  /** A deployment becomes available, and was decided once. */
  const deploys = async (through: Copy = 0): Promise<void> => {
    const name = await create(3, through)
    await becomes(name, 'availableReplicas', 3, through)
    assertDecidedOnce(await allEvents(cluster.home), name, 3)
  }

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    roles = await startRoleCopies(cluster)
    watchers = await Promise.all(roles.apis.map(api => startWatcher(api, '/api/v1/namespaces/default/configmaps')))
    loads = roles.apis.map((api, copy) => startLoad(api, `load${copy}`))
    await goesOn()
  })
  after(async () => {
    await Promise.all([...watchers, ...loads].map(one => one.stop()))
    await roles.close()
    await removeCluster(cluster)
  })

  it('serve one state, whichever API server is asked', async () => {
    for (const copy of copies) await deploys(copy)
  })

  it('the other takes over when the leader is killed while it has work, and what it had decided is not decided again', async () => {
    for (const role of ['controllers', 'scheduler'] as const) {
      const copy = await roles.leader(role)
      const name = await create(20)
      await roles.end(role, copy, 'SIGKILL')
      await roles.leads(role, other(copy))
      await becomes(name, 'availableReplicas', 20)
      assertDecidedOnce(await allEvents(cluster.home), name, 20)
      roles.start(role, copy)
    }
  })

  it('writes go on at the other API server when one is killed, and at both when it is back; Redis goes on without its projector', async () => {
    await roles.end('projector', 0, 'SIGKILL')
    await roles.end('apiserver', 0, 'SIGKILL')
    await goesOn([1])
    await deploys(1)
    roles.start('apiserver', 0)
    roles.start('projector', 0)
    await roles.serves(0)
    await goesOn()
  })

  it('leaders that stood still while the others took over write nothing of what they were about to', async () => {
    const [controllers, scheduler] = [await roles.leader('controllers'), await roles.leader('scheduler')]
    const name = await create(400)
    await until('pods are being made', async () => {
      const { body } = await roles.apis[0].ask(`/api/v1/namespaces/default/pods?labelSelector=app%3D${name}&limit=1`)
      return (body['items'] as readonly unknown[]).length > 0
    })
    roles.signal('controllers', controllers, 'SIGSTOP')
    roles.signal('scheduler', scheduler, 'SIGSTOP')
    await roles.leads('controllers', other(controllers))
    await roles.leads('scheduler', other(scheduler))
    roles.signal('controllers', controllers, 'SIGCONT')
    roles.signal('scheduler', scheduler, 'SIGCONT')
    // One node has room for some of them only.
    await becomes(name, 'replicas', 400)
    await goesOn()
    assertDecidedOnce(await allEvents(cluster.home), name, 400)
    assert.equal(await roles.leader('controllers'), other(controllers))
    assert.equal(await roles.leader('scheduler'), other(scheduler))
    await roles.apis[0].ask(`${path}/${name}`, { method: 'DELETE' })
  })

  it('are restarted one after the other while writes go on', async () => {
    for (const role of doubled)
      for (const copy of copies) {
        await roles.end(role, copy, 'SIGTERM')
        roles.start(role, copy)
        if (role === 'apiserver') await roles.serves(copy)
        await goesOn()
      }
    await deploys(1)
  })

  it('have lost nothing of what was acknowledged, and have told watchers everything once and in order', async () => {
    await Promise.all(loads.map(load => load.stop()))
    assert.deepEqual(
      loads.flatMap(({ wrong }) => wrong),
      [],
    )
    const events = await allEvents(cluster.home)
    assertSound(events)
    assertKept(
      events,
      loads.flatMap(({ acknowledged }) => acknowledged),
    )
    for (const api of roles.apis) await assertServed(events, api)
    for (const watcher of watchers) await assertTold(events, watcher)
    // The log is compared as it stands, and those who decide write to it all the time.
    for (const role of ['controllers', 'scheduler'] as const)
      for (const copy of copies) await roles.end(role, copy, 'SIGTERM')
    await until('Redis has what the log has', async () => (await cluster.periplus('verify')).code === 0)
  })
})
