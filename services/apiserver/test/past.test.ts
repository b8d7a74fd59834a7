import assert from 'node:assert/strict'
import { E, systemClock } from '@periplus/prelude'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import type { MemoryEventLog } from '@periplus/log'
import { startLiveCut } from '@periplus/projection'
import { cutAt } from '@periplus/replay'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { kubectlOf } from './kubectl.ts'
import { configMap, configMaps, namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

describe('the past, below /at/', () => {
  let server: TestServer
  let client: Client
  let then: number
  before(async () => {
    const log = memoryEventLog()
    // A second for every look at the clock, so that no two events share a moment.
    let now = Date.parse('2026-01-01T00:00:00Z')
    const clock = { ...systemClock, now: () => (now += 1000) }
    const { cut } = await startLiveCut({ log })
    const commands = createCommands({ cut, log, kindsAt, admission: builtInAdmission, clock })
    server = await startTestServer({
      log,
      commands,
      cut,
      cutAt: cutAt(log),
    })
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post(configMaps, configMap('a', {}, { x: 'then' }))
    await client.post(configMaps, configMap('b'))
    then = server.cut.sequence
    await client.ask(`${configMaps}/a`, { method: 'PUT', body: configMap('a', {}, { x: 'now' }) })
    await client.ask(`${configMaps}/b`, { method: 'DELETE' })
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  it('reads what was', async () => {
    const one = await client.ask(`/at/${then}${configMaps}/a`)
    assert.equal(one.json.data.x, 'then')
    assert.equal(one.headers['periplus-cut'], String(then))
    const all = await client.ask(`/at/${then}${configMaps}`)
    assert.equal(all.json.items.length, 2)
    assert.equal(all.json.metadata.resourceVersion, String(then))
    const first = await client.ask(`/at/${then}${configMaps}?limit=1`)
    const second = await client.ask(`/at/${then}${configMaps}?limit=1&continue=${first.json.metadata.continue}`)
    assert.equal(second.json.items[0].metadata.name, 'b')
    assert.equal((await client.ask(`/at/${then - 1}${configMaps}/b`)).status, 404)
  })

  it('reads by time', async () => {
    const event = await server.log.get(then)
    assert.ok(E.isRight(event) && event.right)
    const { time } = event.right
    assert.equal((await client.ask(`/at/${time}${configMaps}`)).json.items.length, 2)
    assert.equal((await client.ask(`/at/${encodeURIComponent(time)}${configMaps}/a`)).json.data.x, 'then')
  })

  it('has everything that a client looks up first', async function () {
    this.timeout(30_000)
    for (const path of ['/api', '/apis', '/apis/apps/v1', '/version', '/openapi/v2', '/openapi/v3'])
      assert.equal((await client.ask(`/at/${then}${path}`)).status, 200, path)
    const kubectl = await kubectlOf({ url: `${server.url}/at/${then}`, ca: server.ca })
    assert.equal(await kubectl.ok('get', 'cm', '-o', 'name'), 'configmap/a\nconfigmap/b\n')
    assert.match(await kubectl.ok('get', 'cm', 'a', '-o', 'yaml'), /x: then/)
    const written = await kubectl.run(['create', 'configmap', 'c'])
    assert.equal(written.code, 1)
    assert.match(written.stderr, /MethodNotAllowed|not supported|does not allow this method/)
    await kubectl.remove()
  })

  it('does not change', async () => {
    for (const [method, path] of [
      ['POST', configMaps],
      ['PUT', `${configMaps}/a`],
      ['PATCH', `${configMaps}/a`],
      ['DELETE', `${configMaps}/a`],
    ] as const)
      assert.equal((await client.ask(`/at/${then}${path}`, { method })).status, 405)
  })

  it('is watched in peace: what was there, and nothing after that', async () => {
    const events = async (query: string): Promise<readonly string[]> => {
      const { status, text } = await client.ask(`/at/${then}${configMaps}?watch=1&timeoutSeconds=1&${query}`)
      assert.equal(status, 200)
      const lines = text.split('\n').filter(line => line !== '')
      return lines.map(line => {
        const { type, object } = JSON.parse(line) as { type: string; object: { metadata: { name?: string } } }
        return `${type} ${object.metadata.name ?? ''}`.trim()
      })
    }
    assert.deepEqual(await events(''), ['ADDED a', 'ADDED b'])
    assert.deepEqual(await events(`resourceVersion=${then}`), [])
    const list = 'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    assert.deepEqual(await events(list), ['ADDED a', 'ADDED b', 'BOOKMARK'])
  })

  it('tells ages as they were', async () => {
    const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
    const { json } = await client.ask(`/at/${then}${configMaps}`, { headers: { accept: table } })
    const ages = (json.rows as readonly { cells: readonly string[] }[]).map(({ cells }) => cells.at(-1) ?? '')
    assert.ok(ages.length === 2 && ages.every(age => /^\d{1,2}s$/.test(age)), String(ages))
  })

  it('is not the future', async () => {
    const answer = await client.ask(`/at/999999${configMaps}`)
    assert.ok(answer.status >= 400 && answer.status < 500, answer.text)
  })

  it('says why a moment never was to people with kubectl', async function () {
    this.timeout(30_000)
    for (const [moment, why] of [
      ['999999', /that moment has not come yet/],
      ['yesterday', /\/at\/ is followed by a sequence or an RFC 3339 time/],
    ] as const) {
      const kubectl = await kubectlOf({ url: `${server.url}/at/${moment}`, ca: server.ca })
      const { code, stderr } = await kubectl.run(['get', 'cm'])
      assert.equal(code, 1)
      assert.match(stderr, why)
      assert.doesNotMatch(stderr, /unknown reason/)
      await kubectl.remove()
    }
  })

  it('is told of each kind as far back as it is kept, and a kind that is forgotten is not absent', async () => {
    const log = server.log as MemoryEventLog
    const from = server.cut.sequence
    log.forgetKinds({ configmaps: from })
    const words = `the past of configmaps can be read from ${from} on: what was before is not kept`
    for (const path of [`/at/${then}${configMaps}`, `/at/${then}${configMaps}/a`, `/at/${then}${configMaps}/never`]) {
      const { status, json } = await client.ask(path)
      assert.deepEqual([status, json.reason, json.message], [410, 'Expired', words], path)
    }
    assert.equal((await client.ask(`/at/${then}/api/v1/namespaces/default`)).status, 200)
    assert.equal((await client.ask(`/at/${from}${configMaps}/a`)).json.data.x, 'now')

    const history = await client.ask(`/history${configMaps}/a`)
    assert.deepEqual([history.json.from, history.json.events.length], [from, 1])
    const gone = await client.ask(`/history${configMaps}/never`)
    assert.equal(gone.status, 410)
    assert.match(gone.json.message, new RegExp(`there is no configmaps "never", nor was there at ${from}`))
    assert.equal((await client.ask('/history/why/api/v1/namespaces/default/configmaps/never')).status, 410)
    assert.equal((await client.ask('/history/api/v1/namespaces/never')).status, 404)
    const all = await client.ask('/history?since=1')
    assert.match(String(all.headers['warning']), new RegExp(`configmaps from ${from} on`))
    const told = all.text.split('\n').filter(line => line !== '')
    const seen = told.map(line => JSON.parse(line) as { sequence: number; ref: { resource: string } })
    assert.ok(seen.some(({ sequence }) => sequence < then))
    assert.ok(seen.every(({ sequence, ref }) => ref.resource !== 'configmaps' || sequence >= from))

    assert.deepEqual((await client.ask('/history/bounds')).json.horizons, { configmaps: from })
    const living = (await client.ask(`/history/state/${from}`)).text.trim().split('\n')
    assert.ok(living.some(line => line.includes('"a"')) && !living.some(line => line.includes('"name":"b"')))
    log.forgetKinds({ '*': from })
    assert.equal((await client.ask(`/at/${then}/api/v1/namespaces/default`)).status, 410)
  })
})
