import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { createSecureServer, connect as connectHttp2 } from 'node:http2'
import type { Http2SecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, systemClock, virtualClock } from '@periplus/prelude'
import type { AuthenticatedRequest, User } from '../../src/ports.ts'
import { createSecurity, ensurePki } from '../../src/security/index.ts'
import type { Identity, Pki } from '../../src/security/index.ts'
import { issueCertificate, newAuthority } from '../../src/security/pki/certificates.ts'
import { cluster } from './cluster.ts'

interface Seen {
  readonly code: number
  readonly user: User
  /** Headers that go further on. */
  readonly headers: readonly string[]
}

describe('front proxies', () => {
  let home: string
  let pki: Pki
  let server: Http2SecureServer
  let proxies: Identity
  let proxy: Identity
  const clock = virtualClock(systemClock.now())
  const named = (commonName: string, organizations: readonly string[] = []) =>
    ({ tag: 'Client', commonName, organizations }) as const

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-proxy-'))
    pki = await ensurePki({ home, clock })
    proxies = await newAuthority(clock.now(), 'proxies')
    proxy = await issueCertificate(proxies, named('proxy'), clock.now())
    const security = await createSecurity({
      cut: cluster().cut,
      clock,
      tokenKey: pki.tokenKey,
      frontProxy: {
        authorities: proxies.certificate,
        clients: pki.ca,
        allowedNames: ['proxy', 'other'],
        usernameHeaders: ['X-Remote-User', 'X-User'],
        uidHeaders: ['X-Remote-Uid'],
        groupHeaders: ['X-Remote-Group', 'X-Group'],
        extraHeaderPrefixes: ['X-Remote-Extra-'],
      },
    })
    const answer = async (asked: AuthenticatedRequest, reply: Http2ServerResponse): Promise<void> => {
      const found = await security.authenticate(asked)
      reply.writeHead(E.isRight(found) ? 200 : 401)
      reply.end(
        JSON.stringify({ user: E.isRight(found) ? found.right : found.left, headers: Object.keys(asked.headers) }),
      )
    }
    server = createSecureServer(
      {
        allowHTTP1: true,
        cert: pki.serving.certificate,
        key: pki.serving.key,
        ca: pki.ca + proxies.certificate,
        requestCert: true,
        rejectUnauthorized: false,
      },
      (asked: Http2ServerRequest, reply: Http2ServerResponse) => void answer(asked, reply),
    )
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  })
  after(async () => {
    await new Promise(resolve => server.close(resolve))
    await rm(home, { recursive: true })
  })

  const port = () => (server.address() as AddressInfo).port
  const ask = (identity?: Identity, headers: Record<string, string | string[]> = {}): Promise<Seen> =>
    new Promise((resolve, reject) => {
      const credentials = identity ? { cert: identity.certificate, key: identity.key } : {}
      const options = { host: '127.0.0.1', port: port(), ca: pki.ca, headers, agent: false, ...credentials }
      const sent = request(options, response => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () =>
          resolve({ code: response.statusCode ?? 0, ...(JSON.parse(text) as Omit<Seen, 'code'>) }),
        )
      })
      sent.on('error', reject)
      sent.end()
    })
  const latin1 = (text: string): string => Buffer.from(text).toString('latin1')

  it('say who asks, with uid, groups and whatever else', async () => {
    const { code, user, headers } = await ask(proxy, {
      'X-Remote-User': latin1('zoë'),
      'X-Remote-Uid': '7',
      'X-Remote-Group': ['dev, ops', 'all'],
      'X-Group': 'more',
      'X-Remote-Extra-Example.com%2fScopes': ['a', 'b'],
      'X-Remote-Extra-Broken%zz': 'c',
      'X-Kept': 'yes',
    })
    assert.equal(code, 200)
    assert.deepEqual(user, {
      name: 'zoë',
      uid: '7',
      groups: ['dev, ops', 'all', 'more', 'system:authenticated'],
      extra: { 'example.com/scopes': ['a', 'b'], 'broken%zz': ['c'] },
    })
    assert.ok(headers.includes('x-kept'))
    assert.equal(
      headers.some(name => /^x-(remote|user|group)/.test(name)),
      false,
      'and nobody further on is told',
    )
  })

  it('say it in the first header that has a value, over HTTP/2 too', async () => {
    const session = connectHttp2(`https://127.0.0.1:${port()}`, {
      ...{ ca: pki.ca, cert: proxy.certificate, key: proxy.key },
    })
    const stream = session.request({ 'x-remote-user': '', 'x-user': 'ann', 'x-remote-group': ['dev', 'ops'] })
    let text = ''
    for await (const chunk of stream) text += String(chunk)
    session.close()
    const { user } = JSON.parse(text) as Seen
    assert.equal(user.name, 'ann')
    assert.deepEqual(user.groups, ['dev', 'ops', 'system:authenticated'])
  })

  it('are nobody themselves, whatever their certificates say', async () => {
    const masters = await issueCertificate(proxies, named('proxy', ['system:masters']), clock.now())
    assert.equal((await ask(masters)).code, 401)
    assert.equal((await ask(masters, { 'X-Remote-Group': 'system:masters' })).code, 401)
  })

  it('are believed with the names and the authority alone that they may have', async () => {
    const headers = { 'X-Remote-User': 'ann' }
    const other = await issueCertificate(proxies, named('other'), clock.now())
    assert.equal((await ask(other, headers)).user.name, 'ann')
    assert.equal((await ask(await issueCertificate(proxies, named('stranger'), clock.now()), headers)).code, 401)
    const forged = await issueCertificate(await newAuthority(clock.now(), 'proxies'), named('proxy'), clock.now())
    assert.equal((await ask(forged, headers)).code, 401)
    const expired = await issueCertificate(proxies, named('proxy'), clock.now(), -1)
    assert.equal((await ask(expired, headers)).code, 401)
    assert.equal((await ask(undefined, headers)).user.name, 'system:anonymous', 'and nobody without one')
    assert.equal((await ask(pki.admin, headers)).user.name, 'kubernetes-admin', 'nor a client of the cluster')
  })
})
