import assert from 'node:assert/strict'
import type { ApiServerConfig } from '../src/index.ts'
import { clientOf } from './client.ts'
import type { Client } from './client.ts'
import { namespace } from './objects.ts'
import { startTestServer } from './server.ts'
import type { TestServer } from './server.ts'

/**
 * A server for the suite that calls it, with the namespace `default`, from before its first test until after its last, when no bug
 * may have been logged. `server` is there once a test runs.
 */
export const suiteServer = (
  overrides: Partial<ApiServerConfig> = {},
): { readonly server: () => TestServer; readonly client: Client } => {
  let server: TestServer
  let client: Client
  before(async () => {
    server = await startTestServer(overrides)
    client = clientOf(server)
    await client.post('/api/v1/namespaces', namespace('default'))
  })
  after(async () => {
    await server.stop()
    assert.deepEqual(server.errors, [])
  })
  return {
    server: () => server,
    client: {
      ask: (...asking) => client.ask(...asking),
      open: (...asking) => client.open(...asking),
      post: (...asking) => client.post(...asking),
    },
  }
}
