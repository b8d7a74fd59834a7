import assert from 'node:assert/strict'
import { guardedCluster } from './guarded-cluster.ts'
import type { Answer, ApiUser, GuardedCluster } from './guarded-cluster.ts'

const roles = '/apis/rbac.authorization.k8s.io/v1'
const user = (name: string): object => ({ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name })

interface ToldEvent {
  readonly type: string
  readonly sequence: number
  readonly ref: { readonly resource: string; readonly namespace: string; readonly name: string }
}

/** A history that outlives its reasons: a tenant leaves, another one gets a namespace of the same name. */
const story = (recentLimit: number) =>
  function (this: Mocha.Suite): void {
    this.timeout(60_000)
    let cluster: GuardedCluster
    let old: ApiUser
    let next: ApiUser
    let reader: ApiUser
    let oldTime: number
    let nextTime: number

    const made = async (path: string, body: object): Promise<void> => {
      const answer = await cluster.admin.ask(path, { method: 'POST', body })
      assert.equal(answer.status, 201, answer.text)
    }
    const gone = async (path: string): Promise<void> => {
      assert.equal((await cluster.admin.ask(path, { method: 'DELETE' })).status, 200)
    }
    const bind = (namespace: string, name: string, role: string, to: string): Promise<void> =>
      made(`${roles}/namespaces/${namespace}/rolebindings`, {
        metadata: { name },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [user(to)],
      })
    const settle = async (): Promise<number> => {
      // A write that changes something else, so that what came before it is the past.
      await cluster.admin.ask('/api/v1/namespaces/default', {
        method: 'PATCH',
        body: { metadata: { annotations: { now: String(cluster.sequence()) } } },
      })
      return cluster.sequence()
    }

    before(async () => {
      cluster = await guardedCluster({ recentLimit })
      old = await cluster.user('old')
      next = await cluster.user('next')
      reader = await cluster.user('reader')
      await made('/api/v1/namespaces', { metadata: { name: 'shop' } })
      await bind('shop', 'old', 'admin', 'old')
      await made('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'theirs' }, data: { of: 'old' } })
      await made('/api/v1/namespaces/shop/secrets', { metadata: { name: 'key' }, data: { of: 'b2xk' } })
      oldTime = await settle()
      for (const path of ['secrets/key', 'configmaps/theirs']) await gone(`/api/v1/namespaces/shop/${path}`)
      await gone(`${roles}/namespaces/shop/rolebindings/old`)
      await gone('/api/v1/namespaces/shop')
      await cluster.admin.ask('/api/v1/namespaces/shop/finalize', {
        method: 'PUT',
        body: { metadata: { name: 'shop' }, spec: { finalizers: [] } },
      })
      assert.equal((await cluster.admin.ask('/api/v1/namespaces/shop')).status, 404)
      await made('/api/v1/namespaces', { metadata: { name: 'shop' } })
      await bind('shop', 'next', 'admin', 'next')
      await made('/api/v1/namespaces/shop/configmaps', { metadata: { name: 'ours' }, data: { of: 'next' } })
      await made('/api/v1/namespaces/shop/secrets', { metadata: { name: 'key' }, data: { of: 'bmV4dA==' } })
      nextTime = await settle()
      await made(`${roles}/clusterroles`, {
        metadata: { name: 'reads-key' },
        rules: [{ verbs: ['get', 'list', 'watch'], apiGroups: [''], resources: ['secrets'], resourceNames: ['key'] }],
      })
      await cluster.admin.ask('/api/v1/namespaces/shop/secrets/key', {
        method: 'PATCH',
        body: { data: { of: 'cm90YXRlZA==' } },
      })
      await bind('shop', 'reader', 'reads-key', 'reader')
      await settle()
    })
    after(async () => {
      await cluster.stop()
      assert.deepEqual(cluster.errors, [])
    })

    const maps = '/api/v1/namespaces/shop/configmaps'
    const secrets = '/api/v1/namespaces/shop/secrets'
    const watched = (who: ApiUser, path: string, version: number): Promise<Answer> =>
      who.ask(`${path}?watch=1&timeoutSeconds=1&resourceVersion=${version}`)
    const isRefused = ({ status, reason, text }: Answer): void => {
      assert.ok((status === 403 && reason === 'Forbidden') || (status === 410 && reason === 'Expired'), text)
    }
    const token = (version: number): string =>
      Buffer.from(JSON.stringify({ v: 'periplus.io/v1', rv: version, ns: '', n: '' })).toString('base64url')

    it('a namespace of the same name does not show what was in the one before', async () => {
      for (const path of [maps, `${maps}/theirs`, secrets, `${secrets}/key`, '/api/v1/namespaces/shop'])
        isRefused(await next.ask(`/at/${oldTime}${path}`))
      for (const path of [maps, secrets]) {
        isRefused(await watched(next, path, oldTime))
        isRefused(await next.ask(`${path}?resourceVersion=${oldTime}&resourceVersionMatch=Exact`))
        isRefused(await next.ask(`${path}?continue=${token(oldTime)}`))
        isRefused(await next.ask(`${path}?watch=1&timeoutSeconds=1&resourceVersion=1`))
      }
    })

    it('who had the right and has it no more reads nothing', async () => {
      for (const path of [maps, `${maps}/theirs`, `${secrets}/key`]) isRefused(await old.ask(`/at/${oldTime}${path}`))
      isRefused(await watched(old, maps, oldTime))
    })

    it('who has the right only now reads nothing from before', async () => {
      isRefused(await reader.ask(`/at/${nextTime}${secrets}/key`))
      const one = `${secrets}?fieldSelector=metadata.name%3Dkey`
      isRefused(await reader.ask(`${one}&watch=1&timeoutSeconds=1&resourceVersion=${nextTime}`))
      isRefused(await reader.ask(`${one}&resourceVersionMatch=Exact&resourceVersion=${nextTime}`))
      assert.equal((await reader.ask(one)).status, 200)
      assert.equal((await reader.ask(`${secrets}/key`)).status, 200)
    })

    it('what one could see then in what is the same namespace can be seen', async () => {
      assert.deepEqual((await next.ask(`/at/${nextTime}${maps}`)).names, ['ours'])
      assert.equal((await next.ask(`/at/${nextTime}${maps}/ours`)).status, 200)
      assert.equal((await watched(next, maps, nextTime)).status, 200)
      const page = await next.ask(`${maps}?continue=${token(nextTime)}`)
      if (recentLimit > 100) assert.equal(page.status, 200)
    })

    it('Secrets of the past take a right of their own', async () => {
      isRefused(await next.ask(`/at/${nextTime}${secrets}/key`))
      isRefused(await next.ask(`/at/${nextTime}${secrets}`))
      isRefused(
        await next.ask(`/at/${nextTime}${secrets}`, {
          headers: { accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io' },
        }),
      )
      const { status, json } = await cluster.admin.ask(`/at/${oldTime}${secrets}/key`)
      assert.equal(status, 200)
      assert.deepEqual(json['data'], { of: 'b2xk' })
    })

    it('but whoever follows Secrets goes on from where they were', async () => {
      const { resourceVersion } = (await next.ask(secrets)).json['metadata'] as { resourceVersion: string }
      await cluster.admin.ask(`${secrets}/key`, { method: 'PATCH', body: { data: { of: 'bmV3' } } })
      const { status, text } = await watched(next, secrets, Number(resourceVersion))
      assert.equal(status, 200)
      assert.match(text, /"type":"MODIFIED".*bmV3/)
    })

    it('an administrator reads what there was in namespaces that are gone', async () => {
      assert.deepEqual((await cluster.admin.ask(`/at/${oldTime}${maps}`)).names, ['theirs'])
      assert.equal((await watched(cluster.admin, maps, oldTime)).status, 200)
    })

    /** What is told of an object's history: who did what, and how many events are withheld. */
    const told = async (who: ApiUser, path: string): Promise<readonly [readonly string[], number]> => {
      const { status, text, json } = await who.ask(path)
      assert.equal(status, 200, text)
      const { events, withheld } = json as { events: readonly (ToldEvent | { event: ToldEvent })[]; withheld: number }
      return [events.map(one => ('event' in one ? one.event : one).type), withheld]
    }
    const lines = async (who: ApiUser, query: string): Promise<readonly ToldEvent[]> => {
      const { status, text } = await who.ask(`/history${query}`)
      assert.equal(status, 200, text)
      return text
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line) as ToldEvent)
    }

    it('a history is told as far as each of its events could be seen then and can be seen now', async () => {
      for (const way of ['/history', '/history/why']) {
        assert.deepEqual(await told(cluster.admin, `${way}${maps}/theirs`), [['created', 'deleted'], 0])
        assert.deepEqual(await told(next, `${way}${maps}/theirs`), [[], 2])
        assert.deepEqual(await told(next, `${way}${maps}/ours`), [['created'], 0])
        assert.deepEqual((await told(next, `${way}${secrets}/key`))[0], [])
        assert.deepEqual((await told(reader, `${way}${secrets}/key`))[0], [])
        for (const who of [old, reader]) isRefused(await who.ask(`${way}${maps}/ours`))
        assert.equal((await next.ask(`${way}${maps}/never`)).status, 404)
        assert.equal((await next.ask(`${way}${maps}`)).status, 400)
        assert.equal((await next.ask(`${way}${maps}/ours`, { method: 'DELETE' })).status, 405)
      }
      assert.ok((await told(cluster.admin, `/history${secrets}/key`))[0].length >= 4)
    })

    it('of the whole log, each is told the events that they may see', async () => {
      const all = await lines(cluster.admin, '?since=1')
      assert.ok(all.some(({ ref }) => ref.resource === 'secrets'))
      const seen = await lines(next, '?since=1')
      assert.deepEqual([...new Set(seen.map(({ ref }) => ref.namespace || ref.name))], ['shop'])
      assert.ok(seen.some(({ ref }) => ref.name === 'ours'))
      assert.ok(!seen.some(({ ref, sequence }) => ref.resource === 'secrets' || sequence <= oldTime))
      assert.deepEqual(await lines(old, '?since=1'), [])
      assert.ok((await lines(cluster.admin, '')).length <= 50)
      assert.equal((await cluster.withToken('none').ask('/history')).status, 401)
      assert.equal((await next.ask('/history?since=tomorrow')).status, 400)
    })

    it('what comes is told to those who may see it, as it comes', async () => {
      const [mine, theirs] = await Promise.all([next.open('/history?follow=1'), reader.open('/history?follow=1')])
      try {
        let others = ''
        theirs.on('data', (chunk: Buffer) => (others += chunk.toString()))
        await made(maps, { metadata: { name: `later-${cluster.sequence()}` } })
        let line = ''
        for await (const chunk of mine as AsyncIterable<Buffer>) if ((line += chunk.toString()).includes('\n')) break
        assert.match(line, /"type":"created".*"name":"later-/)
        assert.equal(others, '')
      } finally {
        mine.destroy()
        theirs.destroy()
      }
    })

    it('decisions are told to nobody whom a rule must allow', async () => {
      isRefused(await next.ask('/history/decisions'))
      assert.equal((await cluster.admin.ask('/history/decisions')).status, 200)
    })

    it('where the log stood at a moment is told to whoever is known', async () => {
      const { status, json } = await next.ask(`/history/moments/${oldTime}`)
      assert.equal(status, 200)
      assert.equal(json['sequence'], oldTime)
      assert.equal((await next.ask('/history/moments/999999')).status, 400)
      assert.equal((await next.ask('/history/moments/never')).status, 400)
    })

    it('a moment is not told from another by who may not know', async () => {
      const nobody = await cluster.user('nobody')
      for (const moment of [oldTime, nextTime, 999_999])
        assert.equal((await nobody.ask(`/at/${moment}${maps}`)).status, 403)
    })
  }

describe('the past is shown to those who could see it then and can see it now', () => {
  describe('from the memory of the process', story(4096))
  describe('from the log', story(1))
})
