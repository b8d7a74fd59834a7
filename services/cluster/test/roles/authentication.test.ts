import assert from 'node:assert/strict'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, get } from 'node:https'
import type { Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import { E, virtualClock } from '@periplus/prelude'
import type { VirtualClock } from '@periplus/prelude'
import { logger, metrics, readSettings, stopAll } from '@periplus/service'
import type { RunningService } from '@periplus/service'
import { selfSigned } from '@periplus/webhooks/contract'
import { settings } from '../../src/home/settings.ts'
import { authenticationOf } from '../../src/roles/authentication.ts'
import { right } from './events.ts'

describe("an operator's issuers of tokens", () => {
  let directory: string
  let path: string
  let clock: VirtualClock
  let server: Server
  let issuer: { readonly url: string; readonly certificateAuthority: string; readonly audiences: readonly string[] }
  let token: string
  const services: RunningService[] = []
  const lines: string[] = []
  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'pp-issuers-'))
    path = join(directory, 'authentication.yaml')
    const { cert, key } = await selfSigned(['localhost'])
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256', use: 'sig' }]
    server = createServer({ cert, key }, ({ url: asked }, response) =>
      response.end(JSON.stringify(asked === '/keys' ? { keys } : { issuer: url, jwks_uri: `${url}/keys` })),
    )
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const url = `https://localhost:${(server.address() as AddressInfo).port}`
    issuer = { url, certificateAuthority: cert, audiences: ['periplus'] }
    const later = Math.floor(Date.now() / 1000) + 3600
    token = await new SignJWT({ sub: 'ann', iss: url, aud: 'periplus', exp: later })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .sign(privateKey)
  })
  after(async () => {
    await stopAll(services)
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
    rmSync(directory, { recursive: true })
  })
  beforeEach(() => {
    clock = virtualClock(Date.now())
    lines.length = 0
  })

  /** In one step: a file that is being written is no configuration, and is said to be none. */
  const write = (more: object): void => {
    const type = { apiVersion: 'apiserver.config.k8s.io/v1', kind: 'AuthenticationConfiguration' }
    writeFileSync(`${path}.new`, JSON.stringify({ ...type, ...more }))
    renameSync(`${path}.new`, path)
  }
  const jwt = (prefix: string) => [{ issuer, claimMappings: { username: { claim: 'sub', prefix } } }]
  const authentication = () =>
    authenticationOf(
      {
        settings: right(readSettings(settings, { PERIPLUS_AUTHENTICATION_CONFIG: path })),
        logger: logger('test', { write: line => void lines.push(line) }),
        ...{ metrics: metrics(), onBug: error => assert.fail(String(error)) },
        onStop: service => void services.push(service),
      },
      clock,
    )
  /** As long as the issuer takes for an answer. */
  const turn = async (): Promise<void> => {
    clock.advance(2_000)
    await new Promise<void>((resolve, reject) => {
      const asked = get(`${issuer.url}/turn`, { ca: issuer.certificateAuthority }, response => {
        response.resume().on('end', resolve)
      })
      asked.on('error', reject)
    })
  }

  it('come and go with their file', async () => {
    write({ jwt: [] })
    const { issuers } = authentication()
    const who = async (): Promise<string | undefined> => {
      const user = await issuers?.user(token)
      return user && E.isRight(user) ? user.right.name : undefined
    }
    assert.equal(await who(), undefined)
    for (const prefix of ['one:', 'two:']) {
      write({ jwt: jwt(prefix) })
      while ((await who()) !== `${prefix}ann`) await turn()
    }
    write({ jwt: [] })
    while ((await who()) !== undefined) await turn()
  })

  it('say in their file where nobody has to say who they are, once and for all', async () => {
    write({ anonymous: { enabled: true, conditions: [{ path: '/livez' }] } })
    const { allowsAnonymous } = authentication()
    write({ anonymous: { enabled: true } })
    while (lines.length === 0) await turn()
    assert.match(lines[0] ?? '', /anonymous: Forbidden: changed from initial configuration file/)
    assert.deepEqual([allowsAnonymous?.('/livez'), allowsAnonymous?.('/api')], [true, false])
  })
})
