import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { homeOf } from '@periplus/cluster'
import { rotateSecrets } from '../src/commands/secrets.ts'
import type { Context } from '../src/context.ts'

describe('a new cluster key', () => {
  const directory = mkdtempSync(join(tmpdir(), 'periplus-rotate-'))
  after(() => rmSync(directory, { recursive: true }))

  it('is not made on a host that joined: the first host, which makes the keys, would read nothing any more', async () => {
    const home = homeOf(directory)
    const cluster = {
      ...{ name: 'one', nodeName: 'two', apiPort: 6443, podCidr: '10.1.0.0/24', serviceCidr: '10.2.0.0/24' },
      joined: { apiServer: 'https://192.0.2.1:6443', nats: 'tls://192.0.2.1:4222', controlPlane: true },
      runtime: { tag: 'hollow' },
    }
    writeFileSync(home.cluster, JSON.stringify(cluster))
    const context = { home, settings: {}, say: () => undefined } as unknown as Context
    await assert.rejects(rotateSecrets(context), /on the host that others joined: https:\/\/192\.0\.2\.1:6443/)
    assert.equal(existsSync(home.secretKeys), false)
  })
})
