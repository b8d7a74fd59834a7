import assert from 'node:assert/strict'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { define } from './define.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const definition = {
  metadata: { name: 'boats.example.com' },
  spec: {
    ...{ group: 'example.com', scope: 'Namespaced', names: { plural: 'boats', kind: 'Boat' } },
    versions: [
      {
        ...{ name: 'v1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', properties: { sail: { type: 'string' } } } },
      },
    ],
  },
}

const built = { base: '/api/v1', group: 'api/v1', resource: 'configmaps', apiVersion: 'v1', kind: 'ConfigMap' }
const custom = {
  ...{ base: '/apis/example.com/v1', group: 'apis/example.com/v1', resource: 'boats' },
  ...{ apiVersion: 'example.com/v1', kind: 'Boat' },
}

const everyType = [
  ...['application/json-patch+json', 'application/merge-patch+json'],
  ...['application/strategic-merge-patch+json', 'application/apply-patch+yaml'],
]

describe('the patches that OpenAPI says are taken, by which kubectl goes', () => {
  let server: TestServer
  let client: Client
  before(async () => {
    server = await startTestServer()
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await define(client, definition)
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  for (const { base, group, resource, apiVersion, kind } of [built, custom])
    it(`are those that are taken, of a ${kind}`, async () => {
      const collection = `${base}/namespaces/default/${resource}`
      const metadata = { name: 'argo', namespace: 'default' }
      assert.equal((await client.post(collection, { apiVersion, kind, metadata })).status, 201)
      const documented = `${base}/namespaces/{namespace}/${resource}/{name}`
      const v3 = (await client.ask(`/openapi/v3/${group}`)).json as unknown as Document
      const v2 = (await client.ask('/openapi/v2')).json as unknown as Document
      const told = Object.keys(v3.paths[documented]?.patch.requestBody?.content ?? {})
      assert.deepEqual(v2.paths[documented]?.patch.consumes, told)
      const taken: string[] = []
      for (const type of everyType) {
        const body = type.includes('json-patch') ? [] : type.includes('apply') ? { apiVersion, kind, metadata } : {}
        const path = `${collection}/argo?fieldManager=me`
        const { status, text } = await client.ask(path, { method: 'PATCH', body, headers: { 'content-type': type } })
        assert.ok(status === 200 || status === 415, text)
        if (status === 200) taken.push(type)
      }
      assert.deepEqual(told, taken)
    })
})

interface Document {
  readonly paths: Readonly<
    Record<string, { readonly patch: { readonly consumes?: unknown; readonly requestBody?: { content: object } } }>
  >
}
