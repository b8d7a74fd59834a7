import assert from 'node:assert/strict'
import { clientOf } from './client.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

const configMaps = '/api/v1/namespaces/default/configmaps'
const unsafely = 'ignoreStoreReadErrorWithClusterBreakingPotential'

describe('deletions that are to go past what cannot be read', () => {
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })

  it('are refused, and what is there stays', async () => {
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    assert.equal((await client.post(configMaps, { metadata: { name: 'there' } })).status, 201)
    const body = { [unsafely]: true }
    for (const refused of [
      await client.ask(`${configMaps}/there`, { method: 'DELETE', body }),
      await client.ask(configMaps, { method: 'DELETE', body }),
      await client.ask(`${configMaps}/there?${unsafely}=true`, { method: 'DELETE' }),
    ]) {
      assert.equal(refused.status, 422, refused.text)
      assert.match(refused.text, /ignoreStoreReadErrorWithClusterBreakingPotential: Invalid value: true: /)
    }
    assert.equal((await client.ask(`${configMaps}/there`)).status, 200)
    const plain = { method: 'DELETE', body: { [unsafely]: false } }
    assert.equal((await client.ask(`${configMaps}/there`, plain)).status, 200)
  })
})
