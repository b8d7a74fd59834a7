import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import type { IncomingMessage } from 'node:http'
import { guardedCluster } from './guarded-cluster.ts'
import type { ApiUser, GuardedCluster } from './guarded-cluster.ts'

const roles = '/apis/rbac.authorization.k8s.io/v1'
const maps = '/api/v1/configmaps'
const secrets = '/api/v1/secrets'

interface Told {
  readonly type: string
  readonly object: {
    readonly metadata: { readonly name?: string; readonly namespace?: string; readonly resourceVersion: string }
    readonly data?: Readonly<Record<string, string>>
  }
}

/** A watch as it comes, event by event. */
interface Following {
  next(): Promise<Told>
  stop(): void
}

describe('what one may read, in all namespaces', function () {
  this.timeout(60_000)
  let cluster: GuardedCluster
  let reader: ApiUser
  const following: IncomingMessage[] = []

  const ask = async (path: string, method: string, body?: object, code = method === 'POST' ? 201 : 200) => {
    const answer = await cluster.admin.ask(path, { method, ...(body ? { body } : {}) })
    assert.equal(answer.status, code, answer.text)
    return answer
  }
  const namespaced = (namespace: string, more = ''): string => `/api/v1/namespaces/${namespace}/configmaps${more}`
  const put = (namespace: string, name: string, data: object = {}) =>
    ask(namespaced(namespace), 'POST', { metadata: { name }, data })
  const bind = (namespace: string, role: string, kind = 'ClusterRole') =>
    ask(`${roles}/namespaces/${namespace}/rolebindings`, 'POST', {
      metadata: { name: role },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
      subjects: [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: 'reader' }],
    })
  const unbind = (namespace: string, role: string) =>
    ask(`${roles}/namespaces/${namespace}/rolebindings/${role}`, 'DELETE')
  const list = async (query = '', path = maps) => {
    const answer = await reader.ask(`${path}?scope=mine${query}`)
    assert.equal(answer.status, 200, answer.text)
    const { items, metadata } = answer.json as {
      items: { metadata: { name: string; namespace: string } }[]
      metadata: { resourceVersion: string; continue?: string }
    }
    const places = items.map(one => `${one.metadata.namespace}/${one.metadata.name}`)
    return { places, version: metadata.resourceVersion, continue: metadata.continue }
  }
  const follow = async (query: string, path = maps): Promise<Following> => {
    const response = await reader.open(`${path}?scope=mine&watch=1&allowWatchBookmarks=true${query}`)
    assert.equal(response.statusCode, 200)
    following.push(response)
    const lines = createInterface({ input: response })[Symbol.asyncIterator]()
    return {
      next: async () => JSON.parse(String((await lines.next()).value)) as Told,
      stop: () => response.destroy(),
    }
  }
  const line = ({ type, object: { metadata } }: Told): string =>
    type === 'BOOKMARK' ? type : `${type} ${metadata.namespace}/${metadata.name}`
  const events = async (watch: Following, count: number): Promise<readonly string[]> => {
    const found: string[] = []
    while (found.length < count) {
      const told = await watch.next()
      if (told.type !== 'BOOKMARK') found.push(line(told))
    }
    return found
  }

  before(async () => {
    cluster = await guardedCluster()
    reader = await cluster.user('reader')
    for (const namespace of ['one', 'two', 'three']) {
      await ask('/api/v1/namespaces', 'POST', { metadata: { name: namespace } })
      await put(namespace, 'a')
      await put(namespace, 'b')
    }
    await ask(`${roles}/namespaces/three/roles`, 'POST', {
      metadata: { name: 'only-b' },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['configmaps'], resourceNames: ['b'] }],
    })
  })
  beforeEach(async () => {
    await bind('one', 'view')
  })
  afterEach(async () => {
    for (const response of following.splice(0)) response.destroy()
    for (const [namespace, role] of [
      ['one', 'view'],
      ['two', 'view'],
      ['three', 'only-b'],
    ] as const)
      await cluster.admin.ask(`${roles}/namespaces/${namespace}/rolebindings/${role}`, { method: 'DELETE' })
  })
  after(async () => {
    await cluster.stop()
    assert.deepEqual(cluster.errors, [])
  })

  it('is listed, at a version, where Kubernetes refuses the list', async () => {
    assert.equal((await reader.ask(maps)).status, 403)
    assert.deepEqual((await list()).places, ['one/a', 'one/b'])
    await bind('three', 'only-b', 'Role')
    const { places, version } = await list()
    assert.deepEqual(places, ['one/a', 'one/b', 'three/b'])
    assert.equal(Number(version), cluster.sequence())
    assert.deepEqual((await list('', namespaced('three'))).places, ['three/b'])
    assert.deepEqual((await list('&labelSelector=x')).places, [])
    assert.deepEqual((await list('', secrets)).places, [])
    assert.ok((await cluster.admin.ask(`${maps}?scope=mine`)).names.length >= 6)
  })

  it('is listed in pages, of one version, by the rights of then and of now', async () => {
    const first = await list('&limit=1')
    assert.deepEqual(first.places, ['one/a'])
    await put('one', 'aa')
    const second = await list(`&limit=5&continue=${first.continue}`)
    assert.deepEqual([second.places, second.version], [['one/b'], first.version])
    await ask(namespaced('one', '/aa'), 'DELETE')
    await bind('two', 'view')
    assert.deepEqual((await list(`&continue=${first.continue}`)).places, ['one/b'])
    await unbind('one', 'view')
    assert.deepEqual((await list(`&continue=${first.continue}`)).places, [])
  })

  it('comes and goes with grants, and with the objects', async () => {
    const { version } = await list()
    const watch = await follow(`&resourceVersion=${version}`)
    await put('one', 'c')
    await put('two', 'c')
    assert.deepEqual(await events(watch, 1), ['ADDED one/c'])
    await bind('two', 'view')
    assert.deepEqual(await events(watch, 3), ['ADDED two/a', 'ADDED two/b', 'ADDED two/c'])
    await ask(namespaced('two', '/c'), 'PATCH', { data: { k: 'v' } })
    assert.deepEqual(await events(watch, 1), ['MODIFIED two/c'])
    await unbind('two', 'view')
    assert.deepEqual(await events(watch, 3), ['DELETED two/a', 'DELETED two/b', 'DELETED two/c'])
    for (const namespace of ['one', 'two']) await ask(namespaced(namespace, '/c'), 'DELETE')
    assert.deepEqual(await events(watch, 1), ['DELETED one/c'])
    await bind('three', 'only-b', 'Role')
    assert.deepEqual(await events(watch, 1), ['ADDED three/b'])
  })

  it('shows nothing of what an object became when the right was gone', async () => {
    await bind('two', 'view')
    const watch = await follow('')
    assert.equal((await events(watch, 4)).length, 4)
    await Promise.all([unbind('two', 'view'), ask(namespaced('two', '/a'), 'PATCH', { data: { hidden: 'x' } })])
    await ask(namespaced('two', '/a'), 'PATCH', { data: { hidden: 'y' } })
    for (let left = 2; left > 0;) {
      const told = await watch.next()
      if (told.type === 'DELETED') left--
      // The first may have come while the right was there.
      assert.notEqual(told.object.data?.['hidden'], 'y')
    }
    await ask(namespaced('two', '/a'), 'PATCH', { data: { hidden: null } })
  })

  it('goes on from a version at which less could be read, and afresh from one at which something more could', async () => {
    const { version, places } = await list()
    assert.equal(places.length, 2)
    await bind('two', 'view')
    const more = await list()
    assert.equal(more.places.length, 4)
    await unbind('two', 'view')
    const gone = await reader.ask(`${maps}?scope=mine&watch=1&resourceVersion=${more.version}`)
    assert.deepEqual([gone.status, gone.reason], [410, 'Expired'])
    await bind('three', 'only-b', 'Role')
    const watch = await follow(`&resourceVersion=${version}`)
    assert.deepEqual(await events(watch, 1), ['ADDED three/b'])
    const bookmark = await watch.next()
    assert.equal(bookmark.type, 'BOOKMARK')
    assert.ok(Number(bookmark.object.metadata.resourceVersion) > Number(version))
  })

  it('begins with all of it, and a bookmark behind that where one was asked for', async () => {
    const watch = await follow('&sendInitialEvents=true&resourceVersionMatch=NotOlderThan')
    const told = [await watch.next(), await watch.next(), await watch.next()]
    assert.deepEqual(told.map(line), ['ADDED one/a', 'ADDED one/b', 'BOOKMARK'])
  })

  it('of the past is asked for with the right to all', async () => {
    assert.equal((await reader.ask(`/at/${cluster.sequence()}${maps}?scope=mine`)).status, 403)
  })

  it('is for nobody who is nobody, and for no other verb', async () => {
    const nobody = await cluster.withToken('').ask(`${maps}?scope=mine`)
    assert.ok(nobody.status === 401 || nobody.status === 403)
    assert.equal((await reader.ask(`${namespaced('two')}?scope=mine`, { method: 'DELETE' })).status, 403)
    assert.equal((await reader.ask(`${namespaced('two', '/a')}?scope=mine`)).status, 403)
    assert.equal((await reader.ask('/apis/none.example.com/v1/frogs?scope=mine')).status, 404)
  })
})
