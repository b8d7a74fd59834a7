import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeCluster } from '../../src/home/cluster-file.ts'
import { homeOf } from '../../src/home/home.ts'
import type { Home } from '../../src/home/home.ts'
import type { KubeApi } from '../../src/home/kube-api.ts'
import { podsToDrain, removeFrom } from '../../src/roles/leave.ts'

const pod = (name: string, metadata: object = {}, status: object = {}) => ({
  metadata: { namespace: 'shop', name, ...metadata },
  status,
})
const ownedBy = (kind: string) => ({ ownerReferences: [{ kind, controller: true }] })

describe('pods that keep a host from leaving', () => {
  it('are those that a drain would move', () => {
    const items = [
      pod('web', ownedBy('ReplicaSet')),
      pod('alone', {}, { phase: 'Running' }),
      pod('everywhere', ownedBy('DaemonSet')),
      pod('mirror', { annotations: { 'kubernetes.io/config.mirror': 'hash' } }),
      pod('done', {}, { phase: 'Succeeded' }),
      pod('broken', {}, { phase: 'Failed' }),
    ]
    assert.deepEqual(podsToDrain({ items }), ['shop/web', 'shop/alone'])
  })
})

describe('a host that is taken out', () => {
  const nodes = '/api/v1/nodes'
  const secrets = '/api/v1/namespaces/kube-system/secrets'
  const configMaps = '/api/v1/namespaces/kube-system/configmaps'
  const tokens = `${secrets}?fieldSelector=type%3Dbootstrap.kubernetes.io%2Ftoken`
  let home: Home
  before(() => {
    home = homeOf(mkdtempSync(join(tmpdir(), 'periplus-leave-')))
    writeCluster(home, {
      ...{ name: 'test', apiPort: 1, nodeName: 'one', podCidr: '10.0.0.0/24', serviceCidr: '10.1.0.0/24' },
      runtime: { tag: 'hollow' },
    })
  })
  after(() => rmSync(home.directory, { recursive: true }))

  /** Objects by their paths, and what was written, in its order. */
  const apiWith = (objects: Readonly<Record<string, unknown>>) => {
    const kept = new Map(Object.entries(objects))
    const wrote: string[] = []
    const answered = (path: string) =>
      kept.has(path) ? { status: 200, body: kept.get(path) } : { status: 404, body: { message: `no ${path}` } }
    const put = async (path: string, body: unknown) => {
      wrote.push(`put ${path}`)
      kept.set(path, body)
      return answered(path)
    }
    const api: KubeApi = {
      server: 'in memory',
      get: async path => answered(path),
      post: async (path, body) => put(`${path}/${(body as { metadata: { name: string } }).metadata.name}`, body),
      put,
      delete: async path => {
        wrote.push(`delete ${path}`)
        kept.delete(path)
        return { status: 200, body: {} }
      },
      become: () => undefined,
      close: () => undefined,
    }
    return { api, wrote, kept }
  }
  const node = (ready: 'True' | 'Unknown', annotations = {}) => ({
    metadata: { name: 'two', annotations },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  })
  const removed = `${configMaps}/removed-hosts`
  const remove = async (objects: Readonly<Record<string, unknown>>, { name = 'two', force = false } = {}) => {
    const { api, wrote, kept } = apiWith(objects)
    const said: string[] = []
    await removeFrom(api, home, { name, force, say: line => void said.push(line) })
    return { wrote, said, data: (kept.get(removed) as { data: Readonly<Record<string, string>> }).data }
  }
  const noTokens = { [tokens]: { items: [] } }

  it('is written down as such before its Node goes, which it could make again, and others stay so', async () => {
    const before = Date.now()
    const first = await remove({ ...noTokens, [`${nodes}/two`]: node('Unknown') })
    assert.deepEqual([first.wrote, first.said], [[`put ${removed}`, `delete ${nodes}/two`], []])
    assert.ok(Date.parse(first.data['two'] ?? '') >= before)
    const second = await remove({
      ...noTokens,
      [`${nodes}/two`]: node('Unknown'),
      [removed]: { metadata: { name: 'removed-hosts', resourceVersion: '7' }, data: { three: 'then' } },
    })
    assert.deepEqual([Object.keys(second.data), second.data['three']], [['three', 'two'], 'then'])
  })

  it('loses all tokens to join by, and what is not undone is said', async () => {
    const { wrote, said } = await remove({
      [`${nodes}/two`]: node('Unknown', { 'periplus.io/nats-server': '{}' }),
      [tokens]: { items: [{ metadata: { name: 'bootstrap-token-abcdef' } }] },
    })
    assert.equal(wrote.at(-1), `delete ${secrets}/bootstrap-token-abcdef`)
    assert.deepEqual(said, [
      'tokens to join by are withdrawn, of which it may know one: 1',
      "two had a control plane: the cluster's keys lie on its disk, and nothing takes these back",
    ])
  })

  it('is none that lives, unless by force, nor this one, nor one that nobody knows', async () => {
    const lives = { ...noTokens, [`${nodes}/two`]: node('True') }
    await assert.rejects(remove(lives), /two is Ready.*--force/)
    assert.equal((await remove(lives, { force: true })).wrote.length, 2)
    await assert.rejects(remove(noTokens, { name: 'one', force: true }), /this host/)
    await assert.rejects(remove(noTokens, { name: 'nobody' }), /no \/api\/v1\/nodes\/nobody/)
  })
})
