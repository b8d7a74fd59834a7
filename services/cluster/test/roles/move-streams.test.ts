import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import type { Bus } from '@periplus/bus'
import { E } from '@periplus/prelude'
import { natsHealthPasswordFile, natsRoutePasswordFile } from '@periplus/service'
import { anybody, natsCluster, systemUser } from '../../../../libs/bus/test/nats-cluster.ts'
import type { NatsCluster } from '../../../../libs/bus/test/nats-cluster.ts'
import { homeOf } from '../../src/home/home.ts'
import type { Home } from '../../src/home/home.ts'
import type { KubeApi } from '../../src/home/kube-api.ts'
import { changeServers, forgetServer, presentServers } from '../../src/replicas/change-servers.ts'
import { natsServerAnnotation, natsServerClaim, natsServersData } from '../../src/roles/nats-servers.ts'

const routePassword = 'p0123456789abcdef'
const all = ['a', 'b', 'c', 'd', 'e']
const streams = ['OBJECTS', 'DECISIONS']

/** What the API keeps of servers: two ConfigMaps and the nodes. */
const apiWith = (nodes: readonly object[], data: object): KubeApi => {
  const kept = new Map<string, unknown>([
    ['/api/v1/nodes', { items: nodes }],
    ['/api/v1/namespaces/kube-system/configmaps/nats-servers', { data }],
    ['/api/v1/namespaces/kube-public/configmaps/cluster-info', { data: {} }],
  ])
  const answered = (path: string) =>
    kept.has(path) ? { status: 200, body: kept.get(path) } : { status: 404, body: undefined }
  return {
    server: 'in memory',
    get: async path => answered(path),
    post: async () => ({ status: 409, body: undefined }),
    put: async (path, body) => {
      kept.set(path, body)
      return answered(path)
    },
    delete: async path => answered(path),
    become: () => undefined,
    close: () => undefined,
  }
}

describe('servers of the log that change while a client writes', function () {
  this.timeout(240_000)
  let cluster: NatsCluster
  let home: Home
  let bus: Bus
  let api: KubeApi
  const gone: string[] = []
  const acknowledged: number[] = []
  let writing: Promise<void>
  let over = false

  const server = (name: string) => {
    const { client, route } = cluster.portsOf(name)
    return { name, address: '127.0.0.1', port: client, routePort: route }
  }
  const nodeOf = (name: string) => ({
    metadata: { name, annotations: { [natsServerAnnotation]: natsServerClaim(server(name), routePassword) } },
  })
  const keepers = async (stream: string): Promise<readonly string[]> => {
    const copies = await bus.jetstream.copies(stream)
    assert.ok(E.isRight(copies))
    return [copies.right.leader ?? '', ...copies.right.others.map(({ name }) => name)].sort()
  }
  const present = async (): Promise<readonly string[]> => ((await presentServers(api)) ?? []).map(({ name }) => name)
  const strangersTo = (names: readonly string[]): readonly string[] => all.filter(name => !names.includes(name))
  const change = async (goes: string): Promise<readonly string[]> => {
    const before = (await presentServers(api)) ?? []
    const servers = await changeServers({ home, api, say: () => undefined }, before, goes)
    await forgetServer(home, goes)
    return servers.map(({ name }) => name)
  }
  const more = async (): Promise<void> => {
    for (const before = acknowledged.length; acknowledged.length < before + 20;)
      await new Promise(resolve => setImmediate(resolve))
  }

  before(async () => {
    cluster = await natsCluster(all)
    home = homeOf(mkdtempSync(join(tmpdir(), 'periplus-servers-')))
    mkdirSync(home.nats)
    const files = { 'nats.password': anybody.password, [natsHealthPasswordFile]: systemUser.password }
    for (const [name, text] of Object.entries({ ...files, [natsRoutePasswordFile]: routePassword }))
      writeFileSync(join(home.nats, name), `${text}\n`)
    writeFileSync(join(home.nats, 'nats.port'), String(cluster.portsOf('a').client))
    const made = await connectBus({ servers: cluster.servers, name: 'test' })
    assert.ok(E.isRight(made))
    bus = made.right
    for (const name of streams) {
      const kept = { maxAgeMilliseconds: 0, maxBytes: -1, duplicateWindowMilliseconds: 120_000 }
      const rules = { rollup: true, denyDelete: true, durability: 'synced', replicas: 3 } as const
      // Servers take a moment to know each other.
      while (E.isLeft(await bus.jetstream.ensure({ name, subjects: [`${name}.>`], ...kept, ...rules })));
    }
    writing = (async () => {
      for (let n = 0; !over; n++) {
        const publication = {
          subject: 'OBJECTS.one',
          headers: [['Nats-Msg-Id', String(n)]] as const,
          data: new Uint8Array(),
        }
        const answer = await bus.jetstream.publish(publication, 1_000)
        if (answer.tag === 'Stored') acknowledged.push(answer.sequence)
      }
    })()
  })
  after(async () => {
    over = true
    await writing
    await bus.close()
    await cluster.dispose()
    rmSync(home.directory, { recursive: true })
  })

  it('keep every stream without one that leaves, whose place another one takes', async () => {
    const kept = await keepers('OBJECTS')
    // Through the server a all questions are asked.
    const goes = kept.find(name => name !== 'a') ?? ''
    const stay = kept.filter(name => name !== goes)
    const [comes = ''] = strangersTo([goes, ...stay])
    api = apiWith([nodeOf(comes)], natsServersData({ servers: [goes, ...stay].map(server), replicated: true }))
    await more()
    assert.deepEqual((await change(goes)).toSorted(), [...stay, comes].sort())
    for (const stream of streams) assert.ok(!(await keepers(stream)).includes(goes), stream)
    assert.deepEqual((await present()).toSorted(), [...stay, comes].sort())
    await more()
    await cluster.kill(goes)
    gone.push(goes)
    await more()
  })

  it('keep every stream without one that is gone for good, once another one takes its place', async () => {
    const servers = await present()
    const goes = servers.find(name => name !== 'a') ?? ''
    await cluster.kill(goes)
    gone.push(goes)
    await more()
    await assert.rejects(change(goes), /without \w 2 would keep it/)
    const [comes = ''] = strangersTo([...servers, ...gone])
    api = apiWith([nodeOf(comes)], natsServersData({ servers: servers.map(server), replicated: true }))
    assert.deepEqual((await change(goes)).toSorted(), [...servers.filter(name => name !== goes), comes].sort())
    for (const stream of streams) assert.ok(!(await keepers(stream)).includes(goes), stream)
    await more()
  })

  it('have all that was acknowledged', async () => {
    over = true
    await writing
    const read = new Set<number>()
    for await (const messages of bus.jetstream.read({ stream: 'OBJECTS', from: 1, to: acknowledged.at(-1) ?? 0 }))
      for (const { sequence } of messages) read.add(sequence)
    assert.deepEqual(
      acknowledged.filter(sequence => !read.has(sequence)),
      [],
    )
  })
})
