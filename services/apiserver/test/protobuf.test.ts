import assert from 'node:assert/strict'
import { E } from '@periplus/prelude'
import { decodeProtobuf, encodeProtobuf, PartialObjectMetadata, protobufMediaType } from '@periplus/api'
import type { Decodable, schema } from '@periplus/api'
import { ConfigMap, ListMeta, SelfSubjectAccessReview, Status } from '@periplus/kinds'
import { schema as types } from '@periplus/api'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { configMap, configMaps, namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Shown = any

const accept = { accept: `${protobufMediaType},application/json` }

const read = (group: string, version: string, kind: string, of: schema.Schema<unknown>, body: Uint8Array): Shown => {
  const decodable = { group, version, kind, schema: of } as unknown as Decodable<Shown>
  const decoded = decodeProtobuf(decodable, body, { fieldValidation: 'Strict' })
  assert.ok(E.isRight(decoded), E.isLeft(decoded) ? JSON.stringify(decoded.left) : '')
  return decoded.right.object
}

const listOf = (item: schema.Schema<unknown>, numbers = { metadata: 1, items: 2 }) =>
  types.struct('example.List', {
    apiVersion: types.optional(undefined, types.string),
    kind: types.optional(undefined, types.string),
    metadata: types.optional(numbers.metadata, ListMeta),
    items: types.optional(numbers.items, types.list(item)),
  })

/** A client's own reading of a stream: lengths, then WatchEvents. */
const eventOf = (frame: Buffer): { readonly type: string; readonly object: Buffer } => {
  const typeLength = frame[1] ?? 0
  const type = frame.subarray(2, 2 + typeLength).toString()
  return { type, object: frame.subarray(frame.indexOf('k8s\0')) }
}

describe('answers in protobuf', () => {
  let server: TestServer
  let client: Client
  const asked = async (path: string, headers: Record<string, string> = accept, method = 'GET', body?: unknown) => {
    const response = await client.open(path, { method, headers, body })
    const chunks: Buffer[] = []
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
    return { code: response.statusCode, type: response.headers['content-type'], body: Buffer.concat(chunks) }
  }

  before(async () => {
    server = await startTestServer()
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post(configMaps, configMap('a', { tier: 'front' }, { key: 'ü'.repeat(100) }))
    await client.post(configMaps, configMap('b', {}, { big: 'x'.repeat(20_000) }))
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  it('shows an object and a list as JSON would show them', async () => {
    const one = await asked(`${configMaps}/a`)
    assert.equal(one.type, protobufMediaType)
    assert.deepEqual(
      read('', 'v1', 'ConfigMap', ConfigMap.schema, one.body),
      (await client.ask(`${configMaps}/a`)).json,
    )
    const list = await asked(configMaps)
    const inJson = (await client.ask(configMaps)).json
    const items = inJson.items.map(({ kind: _kind, apiVersion: _version, ...item }: Shown) => item)
    assert.deepEqual(read('', 'v1', 'ConfigMapList', listOf(ConfigMap.schema), list.body), { ...inJson, items })
    const page = await asked(`${configMaps}?limit=1`)
    const shown = read('', 'v1', 'ConfigMapList', listOf(ConfigMap.schema), page.body)
    assert.equal(shown.items.length, 1)
    assert.equal(shown.metadata.remainingItemCount, 1)
    assert.notEqual(shown.metadata.continue, '')
    assert.deepEqual(
      read('', 'v1', 'ConfigMapList', listOf(ConfigMap.schema), (await asked(`${configMaps}?labelSelector=none`)).body)
        .items,
      undefined,
    )
  })

  it('shows a series of events that nobody has said when it was seen last, in both groups', async () => {
    const involvedObject = { namespace: 'default', kind: 'Pod', name: 'p' }
    const made = await client.post('/api/v1/namespaces/default/events', {
      ...{ metadata: { name: 'often' }, involvedObject, series: { count: 2 } },
    })
    assert.equal(made.status, 201, made.text)
    for (const group of ['/api/v1', '/apis/events.k8s.io/v1']) {
      const list = await asked(`${group}/events`)
      assert.deepEqual([list.code, list.type], [200, protobufMediaType], group)
      assert.ok(list.body.includes('often'))
    }
    const [shown] = (await client.ask('/apis/events.k8s.io/v1/events')).json.items
    assert.deepEqual(shown.series, { count: 2, lastObservedTime: null })
  })

  it('shows the metadata of objects, in both versions of their list', async () => {
    const as = (kind: string, version = 'v1') => ({
      accept: `${protobufMediaType};as=${kind};g=meta.k8s.io;v=${version}`,
    })
    const one = await asked(`${configMaps}/a`, as('PartialObjectMetadata'))
    const partial = read('meta.k8s.io', 'v1', 'PartialObjectMetadata', PartialObjectMetadata, one.body)
    assert.deepEqual(partial.metadata.labels, { tier: 'front' })
    for (const [version, numbers] of [
      ['v1', { metadata: 1, items: 2 }],
      ['v1beta1', { metadata: 2, items: 1 }],
    ] as const) {
      const list = await asked(configMaps, as('PartialObjectMetadataList', version))
      const shape = listOf(PartialObjectMetadata, numbers)
      const { metadata, items } = read('meta.k8s.io', version, 'PartialObjectMetadataList', shape, list.body)
      assert.deepEqual(
        items.map((item: Shown) => item.metadata.name),
        ['a', 'b'],
      )
      assert.match(metadata.resourceVersion, /^\d+$/)
    }
  })

  it('answers writes, questions and refusals so, and a Table as JSON', async () => {
    const body = encodeProtobuf(ConfigMap.schema, configMap('written') as object)
    const headers = { ...accept, 'content-type': protobufMediaType, 'content-length': String(body.length) }
    const written = await asked(configMaps, headers, 'POST', body)
    assert.equal(written.code, 201)
    assert.equal(read('', 'v1', 'ConfigMap', ConfigMap.schema, written.body).metadata.name, 'written')
    const again = await asked(configMaps, headers, 'POST', body)
    const refused = read('', 'v1', 'Status', Status, again.body)
    assert.deepEqual([again.code, refused.code, refused.reason], [409, 409, 'AlreadyExists'])
    assert.equal(refused.details.name, 'written')
    const removed = await asked(`${configMaps}/written`, accept, 'DELETE')
    assert.equal(read('', 'v1', 'Status', Status, removed.body).status, 'Success')
    const review = { spec: { resourceAttributes: { verb: 'get', resource: 'pods' } } }
    const answer = await asked(
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      { ...accept, 'content-type': 'application/json' },
      'POST',
      { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', ...review },
    )
    const { schema: reviewed } = SelfSubjectAccessReview
    assert.equal(
      read('authorization.k8s.io', 'v1', 'SelfSubjectAccessReview', reviewed, answer.body).status.allowed,
      true,
    )
    const table = await asked(configMaps, {
      accept: `${protobufMediaType};as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1;g=meta.k8s.io`,
    })
    assert.equal(table.type, 'application/json')
    assert.equal(JSON.parse(table.body.toString()).kind, 'Table')
    assert.equal((await asked('/apis')).type, 'application/json')
  })

  it('streams events behind their lengths, a bookmark and an error among them', async () => {
    const query = 'watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true'
    const response = await client.open(`${configMaps}?${query}`, {
      headers: { accept: `${protobufMediaType};stream=watch` },
    })
    assert.equal(response.headers['content-type'], `${protobufMediaType};stream=watch`)
    const chunks = (response as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    let rest: Buffer = Buffer.alloc(0)
    const next = async (): Promise<{ type: string; object: Shown }> => {
      for (;;) {
        const size = rest.length < 4 ? Infinity : rest.readUInt32BE(0)
        if (rest.length >= size + 4) {
          const { type, object } = eventOf(rest.subarray(4, 4 + size))
          rest = rest.subarray(4 + size)
          return { type, object: read('', 'v1', 'ConfigMap', ConfigMap.schema, object) }
        }
        const chunk = (await chunks.next()) as IteratorResult<Buffer, undefined>
        assert.ok(chunk.value, 'the watch has ended')
        rest = Buffer.concat([rest, chunk.value])
      }
    }
    assert.deepEqual([(await next()).object.metadata.name, (await next()).object.data.big.length], ['a', 20_000])
    const mark = await next()
    assert.equal(mark.type, 'BOOKMARK')
    assert.equal(mark.object.metadata.annotations['k8s.io/initial-events-end'], 'true')
    await client.post(configMaps, configMap('c'))
    await client.ask(`${configMaps}/c`, { method: 'PUT', body: configMap('c', {}, { x: 'y' }) })
    await client.ask(`${configMaps}/c`, { method: 'DELETE' })
    const seen = [await next(), await next(), await next()]
    assert.deepEqual(
      seen.map(({ type, object }) => `${type} ${object.metadata.name}`),
      ['ADDED c', 'MODIFIED c', 'DELETED c'],
    )
    const versions = seen.map(({ object }) => Number(object.metadata.resourceVersion))
    assert.deepEqual(
      versions,
      [...versions].sort((a, b) => a - b),
    )
    response.destroy()
  })
})
