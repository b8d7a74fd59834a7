import assert from 'node:assert/strict'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { define } from './define.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const version = (name: string, served: boolean, storage: boolean) => ({
  ...{ name, served, storage },
  schema: { openAPIV3Schema: { type: 'object', properties: { sail: { type: 'string' } } } },
})
const boats = (name: string) => `/apis/example.com/${name}/namespaces/default/boats`
const definition = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/boats.example.com'

describe('objects that are kept in a version that is not served', () => {
  let server: TestServer
  let client: Client
  before(async () => {
    server = await startTestServer()
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await define(client, {
      metadata: { name: 'boats.example.com' },
      spec: {
        ...{ group: 'example.com', scope: 'Namespaced', names: { plural: 'boats', kind: 'Boat' } },
        versions: [version('v1', true, false), version('v1beta1', false, true)],
      },
    })
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  const kept = (name: string): string | undefined =>
    server.cut.entry({ group: 'example.com', resource: 'boats', namespace: 'default', name })?.object().apiVersion

  it('are written and read in those that are', async () => {
    const made = await client.post(boats('v1'), { metadata: { name: 'argo' }, sail: 'red' })
    assert.deepEqual([made.status, made.json.apiVersion], [201, 'example.com/v1'], made.text)
    assert.equal(kept('argo'), 'example.com/v1beta1')
    const { json } = await client.ask(`${boats('v1')}/argo`)
    assert.deepEqual([json.apiVersion, json.sail], ['example.com/v1', 'red'])
    const [listed] = (await client.ask(boats('v1'))).json.items as { readonly sail?: string }[]
    assert.equal(listed?.sail, 'red')
    const patched = await client.ask(`${boats('v1')}/argo?fieldManager=me&force=true`, {
      method: 'PATCH',
      body: { apiVersion: 'example.com/v1', kind: 'Boat', metadata: { name: 'argo' }, sail: 'blue' },
      headers: { 'content-type': 'application/apply-patch+yaml' },
    })
    assert.deepEqual([patched.status, patched.json.sail], [200, 'blue'], patched.text)
  })

  it('are nowhere in it', async () => {
    assert.equal((await client.ask(boats('v1beta1'))).status, 404)
    assert.equal((await client.ask('/apis/example.com/v1beta1')).status, 404)
    const { json } = await client.ask('/apis/example.com')
    assert.deepEqual(
      (json.versions as { readonly version: string }[]).map(one => one.version),
      ['v1'],
    )
    const { json: openApi } = await client.ask('/openapi/v3')
    assert.deepEqual(
      Object.keys(openApi.paths as object).filter(path => path.includes('example.com')),
      ['apis/example.com/v1', 'apis/example.com'].filter(path => path in (openApi.paths as object)),
    )
  })

  it('stay where they are when nothing is served any more, and come back', async () => {
    const { json } = await client.ask(definition)
    const serving = (served: boolean) => {
      const versions = [version('v1', served, false), version('v1beta1', false, true)]
      const { resourceVersion: _, ...metadata } = json.metadata
      const body = { ...json, metadata, spec: { ...(json.spec as object), versions } }
      return client.ask(definition, { method: 'PUT', body })
    }
    assert.equal((await serving(false)).status, 200)
    assert.equal((await client.ask('/apis/example.com')).status, 404)
    assert.equal(kept('argo'), 'example.com/v1beta1')
    assert.equal((await serving(true)).status, 200)
    assert.equal((await client.ask(`${boats('v1')}/argo`)).json.sail, 'blue')
    assert.equal((await client.ask(`${boats('v1')}/argo`, { method: 'DELETE' })).status, 200)
  })
})
