import assert from 'node:assert/strict'
import { memoryEventLog } from '@periplus/log'
import type { MemoryEventLog } from '@periplus/log'
import { clientOf } from './client.ts'
import type { Answered, Client } from './client.ts'
import { configMap, configMaps, namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const names = (answer: Answered): readonly string[] =>
  answer.json.items.map((item: { metadata: { name: string } }) => item.metadata.name)

describe('list', () => {
  let server: TestServer
  let client: Client
  let log: MemoryEventLog
  beforeEach(async () => {
    log = memoryEventLog()
    server = await startTestServer({ log, recent: { recentLimit: 20 } })
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    for (const name of ['e', 'b', 'd', 'a', 'c'])
      await client.post(configMaps, configMap(name, { odd: String('ace'.includes(name)) }))
  })
  afterEach(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  it('is in name order, at the version of the whole cut', async () => {
    const answer = await client.ask(configMaps)
    assert.equal(answer.json.kind, 'ConfigMapList')
    assert.equal(answer.json.metadata.resourceVersion, String(server.cut.sequence))
    assert.deepEqual(names(answer), ['a', 'b', 'c', 'd', 'e'])
  })

  it('pages at one version, with what remains counted exactly', async () => {
    const first = await client.ask(`${configMaps}?limit=2`)
    assert.equal(first.json.metadata.remainingItemCount, 3)
    await client.ask(`${configMaps}/c`, { method: 'DELETE' })
    await client.post(configMaps, configMap('cc'))
    const second = await client.ask(`${configMaps}?limit=2&continue=${first.json.metadata.continue}`)
    const third = await client.ask(`${configMaps}?limit=2&continue=${second.json.metadata.continue}`)
    assert.deepEqual([first, second, third].map(names), [['a', 'b'], ['c', 'd'], ['e']])
    assert.equal(second.json.metadata.remainingItemCount, 1)
    assert.equal(third.json.metadata.continue, undefined)
    for (const page of [second, third])
      assert.equal(page.json.metadata.resourceVersion, first.json.metadata.resourceVersion)
  })

  it('counts no remainder behind a selector', async () => {
    const page = await client.ask(`${configMaps}?limit=1&labelSelector=odd%3Dtrue`)
    assert.equal(page.json.metadata.remainingItemCount, undefined)
    assert.deepEqual(
      names(await client.ask(`${configMaps}?continue=${page.json.metadata.continue}&labelSelector=odd%3Dtrue`)),
      ['c', 'e'],
    )
  })

  it('answers a token that is too old with 410 and one that goes on', async () => {
    const first = await client.ask(`${configMaps}?limit=2`)
    for (let i = 0; i < 30; i++) await client.post(configMaps, configMap(`x${i}`))
    const expired = await client.ask(`${configMaps}?limit=2&continue=${first.json.metadata.continue}`)
    assert.equal(expired.status, 410)
    assert.equal(expired.json.reason, 'Expired')
    const next = await client.ask(`${configMaps}?limit=2&continue=${expired.json.metadata.continue}`)
    assert.deepEqual(names(next), ['c', 'd'])
  })

  it('answers a token from before the log’s watermark with 410 and one that goes on, whatever it remembers', async () => {
    const first = await client.ask(`${configMaps}?limit=2`)
    const then = server.cut.sequence
    await client.post(configMaps, configMap('bb'))
    log.forget(server.cut.sequence)
    const expired = await client.ask(`${configMaps}?limit=2&continue=${first.json.metadata.continue}`)
    assert.equal(expired.status, 410)
    assert.equal(expired.json.reason, 'Expired')
    assert.match(expired.json.message, /inconsistent/)
    const next = await client.ask(`${configMaps}?limit=2&continue=${expired.json.metadata.continue}`)
    assert.deepEqual(names(next), ['bb', 'c'])
    assert.notEqual(next.json.metadata.resourceVersion, first.json.metadata.resourceVersion)
    const rest = await client.ask(`${configMaps}?limit=2&continue=${next.json.metadata.continue}`)
    assert.deepEqual(names(rest), ['d', 'e'])
    const exact = await client.ask(`${configMaps}?resourceVersion=${then}&resourceVersionMatch=Exact`)
    assert.equal(exact.status, 410)
    assert.match(exact.json.message, /too old/)
  })

  it('selects by labels and by fields', async () => {
    assert.deepEqual(names(await client.ask(`${configMaps}?labelSelector=odd%20in%20(true)`)), ['a', 'c', 'e'])
    assert.deepEqual(names(await client.ask(`${configMaps}?fieldSelector=metadata.name%3Db`)), ['b'])
    assert.deepEqual(names(await client.ask(`${configMaps}?fieldSelector=metadata.name!%3Db`)), ['a', 'c', 'd', 'e'])
    assert.deepEqual(names(await client.ask('/api/v1/configmaps?fieldSelector=metadata.namespace%3Ddefault')).length, 5)
  })

  it('shows an exact version of the near past', async () => {
    const then = server.cut.sequence
    await client.ask(`${configMaps}/a`, { method: 'DELETE' })
    const exact = await client.ask(`${configMaps}?resourceVersion=${then}&resourceVersionMatch=Exact`)
    assert.deepEqual(names(exact), ['a', 'b', 'c', 'd', 'e'])
    assert.equal(exact.json.metadata.resourceVersion, String(then))
    const newer = await client.ask(`${configMaps}?resourceVersion=${then}&resourceVersionMatch=NotOlderThan`)
    assert.deepEqual(names(newer), ['b', 'c', 'd', 'e'])
  })

  it('refuses what Kubernetes refuses', async () => {
    const cases: readonly [string, number, RegExp][] = [
      ['limit=x', 400, /parsing "x": invalid syntax/],
      ['continue=x', 400, /continue key is not valid/],
      ['labelSelector=a%20in', 400, /./],
      ['fieldSelector=spec.nothing%3Dx', 400, /"spec.nothing" is not a known field selector/],
      ['resourceVersion=x', 422, /resourceVersion: Invalid value/],
      ['resourceVersionMatch=Exact', 422, /resourceVersionMatch is forbidden unless resourceVersion is provided/],
      ['resourceVersion=1&resourceVersionMatch=Nearly', 422, /Unsupported value: "Nearly"/],
      ['resourceVersion=0&resourceVersionMatch=Exact', 422, /forbidden for resourceVersion "0"/],
      ['sendInitialEvents=true', 422, /sendInitialEvents is forbidden for list/],
      ['watch=1&resourceVersionMatch=NotOlderThan', 422, /forbidden for watch unless sendInitialEvents is provided/],
      ['watch=1&sendInitialEvents=true', 422, /requires setting resourceVersionMatch to NotOlderThan/],
    ]
    for (const [query, status, message] of cases) {
      const answer = await client.ask(`${configMaps}?${query}`)
      assert.equal(answer.status, status, query)
      assert.equal(answer.json.kind, 'Status')
      assert.match(answer.json.message, message)
    }
  })

  it('tells a reader from the future to wait or to go', async function () {
    this.timeout(10_000)
    const answer = await client.ask(`${configMaps}?resourceVersion=999999`)
    assert.equal(answer.status, 504)
    assert.match(answer.json.message, /Too large resource version: 999999, current: \d+/)
    assert.deepEqual(answer.json.details, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    })
  })

  it('takes ten thousand requirements in one selector', async () => {
    const selector = Array.from({ length: 10_000 }, (_, i) => `k${i}!=v`).join(',')
    const answer = await client.ask(`${configMaps}?labelSelector=${encodeURIComponent(selector)}`)
    assert.equal(answer.status, 200)
    assert.equal(names(answer).length, 5)
  })

  it('shows Tables and metadata', async () => {
    const table = await client.ask(configMaps, { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } })
    assert.equal(table.json.kind, 'Table')
    assert.deepEqual(
      table.json.rows.map((row: { cells: unknown[] }) => row.cells[0]),
      ['a', 'b', 'c', 'd', 'e'],
    )
    assert.equal(table.json.rows[0].object.kind, 'PartialObjectMetadata')
    const accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
    const metadata = await client.ask(configMaps, { headers: { accept } })
    assert.equal(metadata.json.kind, 'PartialObjectMetadataList')
    assert.deepEqual(Object.keys(metadata.json.items[0]), ['kind', 'apiVersion', 'metadata'])
  })
})
