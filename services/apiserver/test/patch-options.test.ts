import assert from 'node:assert/strict'
import { clientOf } from './client.ts'
import { configMap, configMaps, namespace } from './objects.ts'
import { startTestServer } from './server.ts'

describe('a forced patch', () => {
  it('is refused where it applies nothing', async () => {
    const server = await startTestServer()
    const client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
    await client.post(configMaps, configMap('a'))
    const { status, json } = await client.ask(`${configMaps}/a?force=true`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: {},
    })
    assert.equal(status, 422)
    assert.equal(
      json.message,
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    )
    await server.stop()
  })
})
