import assert from 'node:assert/strict'
import { guardedCluster } from './guarded-cluster.ts'
import type { Answer, ApiUser, GuardedCluster } from './guarded-cluster.ts'

const roles = '/apis/rbac.authorization.k8s.io/v1'
const configMap = (name: string, data: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data,
})

describe('a group of writes', function () {
  this.timeout(60_000)
  let cluster: GuardedCluster
  let writer: ApiUser
  const maps = '/api/v1/namespaces/shop/configmaps'
  const group = (who: ApiUser, writes: readonly unknown[], query = ''): Promise<Answer> =>
    who.ask(`/atomic?fieldManager=test${query}`, { method: 'POST', body: { writes } })
  const names = async (): Promise<readonly string[]> => (await cluster.admin.ask(maps)).names
  const made = async (path: string, body: object): Promise<void> => {
    const answer = await cluster.admin.ask(path, { method: 'POST', body })
    assert.equal(answer.status, 201, answer.text)
  }
  const isRefused = async (
    answer: Answer,
    index: string | undefined,
    reason: string,
    message: RegExp,
  ): Promise<void> => {
    assert.equal(answer.headers['periplus-refused-write'], index)
    assert.equal(answer.reason, reason)
    assert.match(answer.message, message)
    assert.deepEqual(await names(), [])
  }

  before(async () => {
    cluster = await guardedCluster()
    writer = await cluster.user('writer')
    await made('/api/v1/namespaces', { metadata: { name: 'shop' } })
    await made(`${roles}/namespaces/shop/roles`, {
      metadata: { name: 'writes' },
      rules: [
        { verbs: ['create', 'patch'], apiGroups: [''], resources: ['configmaps'] },
        { verbs: ['create'], apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings', 'roles'] },
        { verbs: ['patch'], apiGroups: [''], resources: ['secrets'] },
      ],
    })
    await made(`${roles}/namespaces/shop/rolebindings`, {
      metadata: { name: 'writes' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'writes' },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'writer' }],
    })
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  it('takes the right to each of them', async () => {
    const one = { verb: 'create', object: configMap('one') }
    const forbidden = /^configmaps "one" is forbidden: User "writer" cannot delete resource "configmaps"/
    await isRefused(
      await group(writer, [one, { verb: 'delete', object: configMap('one') }]),
      '1',
      'Forbidden',
      forbidden,
    )
    const elsewhere = { ...configMap('one'), metadata: { name: 'one', namespace: 'default' } }
    await isRefused(
      await group(writer, [one, { verb: 'apply', object: elsewhere }]),
      '1',
      'Forbidden',
      /cannot patch resource "configmaps" in API group "" in the namespace "default"/,
    )
  })

  it('takes the right to create where something is applied that is not there', async () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'one', namespace: 'shop' } }
    const answer = await group(writer, [
      { verb: 'create', object: configMap('one') },
      { verb: 'apply', object: secret },
    ])
    await isRefused(answer, '1', 'Forbidden', /cannot create resource "secrets"/)
  })

  it('gives nobody rights that they do not have', async () => {
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'more', namespace: 'shop' },
      rules: [{ verbs: ['*'], apiGroups: [''], resources: ['secrets'] }],
    }
    const answer = await group(writer, [
      { verb: 'create', object: configMap('one') },
      { verb: 'create', object: role },
    ])
    await isRefused(answer, '1', 'Forbidden', /attempting to grant RBAC permissions not currently held/)
  })

  it('is refused to those who are nobody, and in words where it cannot be read', async () => {
    const nobody = await cluster.withToken('').ask('/atomic', { method: 'POST', body: { writes: [] } })
    assert.ok(nobody.status === 401 || nobody.status === 403, nobody.text)
    assert.equal((await writer.ask('/atomic')).status, 405)
    for (const [writes, index, message] of [
      [[], undefined, /with one object at least/],
      [[1], undefined, /with one object at least/],
      [[{ verb: 'destroy', object: configMap('one') }], '0', /one of apply, create, update, delete/],
      [[{ verb: 'create' }], '0', /says its apiVersion and its kind/],
      [
        [{ verb: 'create', object: { apiVersion: 'v9', kind: 'Frog' } }],
        '0',
        /no matches for kind "Frog" in version "v9"/,
      ],
      [[{ verb: 'create', object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: 1 } }], '0', /says its namespace/],
      [[{ verb: 'apply', object: { ...configMap(''), data: {} } }], '0', /name is required/],
      [[{ verb: 'create', object: configMap('one', [] as object) }], '0', /cannot|couldn't/],
      [[{ verb: 'create', object: configMap('one'), inPlaceOf: 7 }], '0', /inPlaceOf/],
      [[{ verb: 'delete', object: configMap('one'), options: { propagationPolicy: 'x' } }], '0', /propagationPolicy/],
    ] as const) {
      const answer = await group(cluster.admin, writes)
      assert.ok(answer.status === 400 || answer.status === 422, answer.text)
      assert.equal(answer.headers['periplus-refused-write'], index, answer.text)
      assert.match(answer.message, message)
    }
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', metadata: { name: 'x' } }
    assert.equal((await group(cluster.admin, [{ verb: 'create', object: review }])).status, 405)
    const raw = await cluster.admin.ask('/atomic', { method: 'POST', body: '{"writes":[],"writes":[]}' })
    assert.match(raw.message, /a field twice/)
    assert.deepEqual(await names(), [])
  })

  it('is tried without writing anything', async () => {
    const before = cluster.sequence()
    const answer = await group(writer, [{ verb: 'apply', object: configMap('one') }], '&dryRun=All')
    assert.equal(answer.status, 200, answer.text)
    assert.equal(cluster.sequence(), before)
    assert.deepEqual(await names(), [])
  })

  it('is written at once, and answered with what came of each', async () => {
    const before = cluster.sequence()
    const answer = await group(writer, [
      { verb: 'create', object: configMap('one') },
      { verb: 'apply', object: configMap('two', { k: 'v' }) },
    ])
    assert.equal(answer.status, 200, answer.text)
    const { sequence, writes } = answer.json as { sequence: number; writes: { created: boolean; object: object }[] }
    assert.equal(sequence, before + 2)
    assert.deepEqual(
      writes.map(({ created }) => created),
      [true, true],
    )
    assert.deepEqual(await names(), ['one', 'two'])
    const events = cluster.log.slice(before + 1)
    assert.deepEqual(
      events.map(({ origin }) => [origin.actor, origin.correlationId]),
      events.map(() => ['user:writer', answer.headers['audit-id']]),
    )
  })
})
