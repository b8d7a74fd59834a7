import assert from 'node:assert/strict'
import { memoryEventLog } from '@periplus/log'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { configMap, configMaps, namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'
import { watching } from './watching.ts'
import type { Frame } from './watching.ts'

const shape = ({ type, object }: Frame): string => `${type} ${object.metadata.name}`

describe('watch', () => {
  let server: TestServer
  let client: Client
  const put = (name: string, labels: Record<string, string>, data: Record<string, string> = {}) =>
    client.ask(`${configMaps}/${name}`, { method: 'PUT', body: configMap(name, labels, data) })
  const version = async (): Promise<string> => (await client.ask(configMaps)).json.metadata.resourceVersion

  beforeEach(async () => {
    server = await startTestServer()
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
  })
  afterEach(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  it('shows what happens after the version it starts from', async () => {
    await client.post(configMaps, configMap('before'))
    const watch = await watching(client, `${configMaps}?watch=1&resourceVersion=${await version()}`)
    await client.post(configMaps, configMap('a'))
    await put('a', {}, { x: 'y' })
    await client.ask(`${configMaps}/a`, { method: 'DELETE' })
    assert.deepEqual((await watch.take(3)).map(shape), ['ADDED a', 'MODIFIED a', 'DELETED a'])
    watch.stop()
  })

  it('begins with what is there when no version is named', async () => {
    await client.post(configMaps, configMap('a'))
    const watch = await watching(client, `${configMaps}?watch=1`)
    assert.equal(shape(await watch.next()), 'ADDED a')
    await client.post(configMaps, configMap('b'))
    assert.equal(shape(await watch.next()), 'ADDED b')
    watch.stop()
  })

  it('makes entering a selector an ADDED and leaving it a DELETED', async () => {
    await client.post(configMaps, configMap('a', { tier: 'front' }))
    const from = await version()
    const watch = await watching(client, `${configMaps}?watch=1&labelSelector=tier%3Dback&resourceVersion=${from}`)
    await put('a', { tier: 'back' })
    await put('a', { tier: 'back' }, { x: '1' })
    const left = (await put('a', { tier: 'front' })).json.metadata.resourceVersion
    await put('a', { tier: 'front' }, { x: '2' })
    await put('a', { tier: 'back' })
    const frames = await watch.take(4)
    assert.deepEqual(frames.map(shape), ['ADDED a', 'MODIFIED a', 'DELETED a', 'ADDED a'])
    assert.equal(frames[2]?.object.metadata.labels.tier, 'back', 'as it was last selected')
    assert.equal(frames[2]?.object.metadata.resourceVersion, left, 'at the version at which it left')
    watch.stop()
  })

  it('keeps to its namespace', async () => {
    await client.post('/api/v1/namespaces', namespace('other'))
    const watch = await watching(client, `${configMaps}?watch=1&resourceVersion=${await version()}`)
    await client.post('/api/v1/namespaces/other/configmaps', configMap('elsewhere'))
    await client.post(configMaps, configMap('here'))
    assert.equal(shape(await watch.next()), 'ADDED here')
    watch.stop()
  })

  it('closes the initial events of a watch-list with a bookmark', async () => {
    await client.post(configMaps, configMap('a'))
    await client.post(configMaps, configMap('b'))
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const watch = await watching(client, `${configMaps}?${query}`)
    const [first, second, mark] = await watch.take(3)
    assert.deepEqual(
      [first, second].map(one => one && shape(one)),
      ['ADDED a', 'ADDED b'],
    )
    assert.equal(mark?.type, 'BOOKMARK')
    assert.equal(mark?.object.kind, 'ConfigMap')
    assert.equal(mark?.object.metadata.annotations['k8s.io/initial-events-end'], 'true')
    assert.equal(mark?.object.metadata.resourceVersion, await version())
    await client.post(configMaps, configMap('c'))
    assert.equal(shape(await watch.next()), 'ADDED c')
    watch.stop()
  })

  it('ends after timeoutSeconds, with a last bookmark for those who want one', async () => {
    const watch = await watching(client, `${configMaps}?watch=1&timeoutSeconds=1&allowWatchBookmarks=true`)
    const frames = await watch.rest()
    assert.deepEqual(
      frames.map(({ type }) => type),
      ['BOOKMARK'],
    )
  })

  it('serves the older paths', async () => {
    const watch = await watching(client, '/api/v1/watch/namespaces/default/configmaps/b')
    await client.post(configMaps, configMap('a'))
    await client.post(configMaps, configMap('b'))
    assert.equal(shape(await watch.next()), 'ADDED b')
    watch.stop()
  })

  it('shows a hundred watchers the same', async () => {
    const from = await version()
    const all = await Promise.all(
      Array.from({ length: 100 }, () => watching(client, `${configMaps}?watch=1&resourceVersion=${from}`)),
    )
    for (let i = 0; i < 20; i++) await client.post(configMaps, configMap(`c${i}`))
    const seen = await Promise.all(all.map(watch => watch.take(20)))
    for (const frames of seen) assert.deepEqual(frames, seen[0])
    for (const watch of all) watch.stop()
  })

  it('names the columns of a Table once', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const watch = await watching(client, `${configMaps}?watch=1`, { accept })
    await client.post(configMaps, configMap('a'))
    await client.post(configMaps, configMap('b'))
    const [first, second] = await watch.take(2)
    assert.equal(first?.object.kind, 'Table')
    assert.equal(first?.object.columnDefinitions[0].name, 'Name')
    assert.equal(first?.object.rows[0].cells[0], 'a')
    assert.equal(second?.object.columnDefinitions, null)
    assert.equal(second?.object.rows[0].object.kind, 'PartialObjectMetadata')
    watch.stop()
  })
})

describe('watch from the log', () => {
  it('goes back further than the process remembers, with the same sight of selectors', async () => {
    const server = await startTestServer({ recent: { recentLimit: 2 } })
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post(configMaps, configMap('a', { tier: 'back' }))
    const from = server.cut.sequence
    const put = (labels: Record<string, string>) =>
      client.ask(`${configMaps}/a`, { method: 'PUT', body: configMap('a', labels) })
    await put({ tier: 'front' })
    await put({ tier: 'back' })
    await client.ask(`${configMaps}/a`, { method: 'DELETE' })
    for (let i = 0; i < 5; i++) await client.post(configMaps, configMap(`b${i}`, { tier: 'back' }))
    const watch = await watching(client, `${configMaps}?watch=1&labelSelector=tier%3Dback&resourceVersion=${from}`)
    assert.deepEqual((await watch.take(8)).map(shape), [
      'DELETED a',
      'ADDED a',
      'DELETED a',
      'ADDED b0',
      'ADDED b1',
      'ADDED b2',
      'ADDED b3',
      'ADDED b4',
    ])
    await client.post(configMaps, configMap('live', { tier: 'back' }))
    assert.equal(shape(await watch.next()), 'ADDED live')
    watch.stop()
    await server.stop()
  })

  it('from before what is kept of its kind is told so, where the process does not remember it', async () => {
    const log = memoryEventLog()
    const server = await startTestServer({ log, recent: { recentLimit: 2 } })
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    const from = server.cut.sequence
    for (const name of ['a', 'b', 'c']) await client.post(configMaps, configMap(name))
    log.forgetKinds({ configmaps: from + 2 })
    const watch = await watching(client, `${configMaps}?watch=1&resourceVersion=${from}`)
    const { type, object } = await watch.next()
    assert.deepEqual([type, (object as unknown as { code: number }).code], ['ERROR', 410])
    const later = await watching(client, `${configMaps}?watch=1&resourceVersion=${from + 2}`)
    assert.equal(shape(await later.next()), 'ADDED c')
    const others = await watching(client, `/api/v1/namespaces?watch=1&resourceVersion=${from}`)
    await client.post('/api/v1/namespaces', namespace('other'))
    assert.equal(shape(await others.next()), 'ADDED other')
    for (const one of [watch, later, others]) one.stop()
    await server.stop()
  })
})

describe('a watcher that does not read', () => {
  it('is not followed while it takes nothing, and misses nothing', async function () {
    this.timeout(60_000)
    const server = await startTestServer({ recent: { recentLimit: 50 } })
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    const response = await client.open(`${configMaps}?watch=1&resourceVersion=${server.cut.sequence}`)
    response.pause()
    const count = 600
    // Far more in all than the sockets between server and client hold.
    const data = { blob: 'x'.repeat(50_000) }
    for (let i = 0; i < count; i += 50)
      await Promise.all(Array.from({ length: 50 }, (_, k) => client.post(configMaps, configMap(`c${i + k}`, {}, data))))
    assert.match((await client.ask('/metrics')).text, /periplus_watchers 0/, 'nothing is kept for it')
    const seen = new Set<string>()
    let last = 0
    let rest = ''
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const { object } = JSON.parse(line) as Frame
        const sequence = Number(object.metadata.resourceVersion)
        assert.ok(sequence > last, 'in order')
        last = sequence
        seen.add(object.metadata.name as string)
      }
      if (seen.size === count) break
    }
    assert.equal(seen.size, count)
    await server.stop()
  })
})
