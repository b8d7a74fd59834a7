import assert from 'node:assert/strict'
import { clientOf } from './client.ts'
import { startTestServer } from './server.ts'

describe('an object that is in no namespace', () => {
  it('may say one, which is dropped', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    const metadata = { name: 'ship', namespace: 'ship' }
    const made = await client.post('/api/v1/namespaces', { metadata })
    assert.deepEqual([made.status, made.json.metadata.namespace], [201, undefined], made.text)
    const body = { ...made.json, metadata: { ...metadata, labels: { a: 'b' } } }
    const put = await client.ask('/api/v1/namespaces/ship', { method: 'PUT', body })
    assert.deepEqual([put.status, put.json.metadata.labels?.['a'], put.json.metadata.namespace], [200, 'b', undefined])
    await server.stop()
    assert.deepEqual(server.errors, [])
  })
})
