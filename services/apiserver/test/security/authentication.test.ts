import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createSecureServer } from 'node:http2'
import type { Http2SecureServer, Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import { connect as connectHttp2 } from 'node:http2'
import { request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, systemClock, virtualClock } from '@periplus/prelude'
import type { Stored, KubernetesObject } from '@periplus/api'
import type { AuthenticatedRequest, User } from '../../src/ports.ts'
import { createSecurity, ensurePki } from '../../src/security/index.ts'
import type { ClusterSecurity, Identity, Pki } from '../../src/security/index.ts'
import { issueCertificate, newAuthority } from '../../src/security/pki/certificates.ts'
import { cluster } from './cluster.ts'

describe('authentication over TLS', () => {
  let home: string
  let pki: Pki
  let authority: Identity
  let security: ClusterSecurity
  let server: Http2SecureServer
  let account: Stored<KubernetesObject>
  let removeHosts: (data: Readonly<Record<string, string>>) => Promise<unknown>
  const clock = virtualClock(systemClock.now())

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-tls-'))
    pki = await ensurePki({ home, clock })
    const { readFile } = await import('node:fs/promises')
    const text = await readFile(join(home, 'pki', 'ca.pem'), 'utf8')
    const at = text.indexOf('-----BEGIN PRIVATE KEY-----')
    authority = { certificate: text.slice(0, at), key: text.slice(at) }
    const it_ = cluster()
    await it_.put('namespaces', { metadata: { name: 'shop' } })
    account = (await it_.put('serviceaccounts', {
      metadata: { name: 'default', namespace: 'shop' },
    })) as Stored<KubernetesObject>
    removeHosts = data => it_.put('configmaps', { metadata: { name: 'removed-hosts', namespace: 'kube-system' }, data })
    await it_.put('namespaces', { metadata: { name: 'kube-system' } })
    security = await createSecurity({ cut: it_.cut, clock, tokenKey: pki.tokenKey })
    const answer = async (asked: AuthenticatedRequest, reply: Http2ServerResponse): Promise<void> => {
      const found = await security.authenticate(asked)
      reply.writeHead(E.isRight(found) ? 200 : 401)
      reply.end(JSON.stringify(E.isRight(found) ? found.right : found.left))
    }
    server = createSecureServer(
      {
        allowHTTP1: true,
        cert: pki.serving.certificate,
        key: pki.serving.key,
        ca: pki.ca,
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
  const ask = (identity?: Identity, headers: Record<string, string> = {}): Promise<{ code: number; user: User }> =>
    new Promise((resolve, reject) => {
      const credentials = identity ? { cert: identity.certificate, key: identity.key } : {}
      const options = { host: '127.0.0.1', port: port(), ca: pki.ca, headers, agent: false, ...credentials }
      const sent = request(options, response => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve({ code: response.statusCode ?? 0, user: JSON.parse(text) as User }))
      })
      sent.on('error', reject)
      sent.end()
    })

  it('takes a client certificate for its user and groups', async () => {
    const { code, user } = await ask(await pki.node('one'))
    assert.equal(code, 200)
    assert.equal(user.name, 'system:node:one')
    assert.deepEqual(user.groups, ['system:nodes', 'system:authenticated'])
    assert.deepEqual((await ask(pki.admin)).user.groups, ['system:masters', 'system:authenticated'])
  })

  it('takes it over HTTP/2 as well', async () => {
    const { certificate: cert, key } = pki.scheduler
    const session = connectHttp2(`https://127.0.0.1:${port()}`, { ca: pki.ca, cert, key })
    const names: string[] = []
    for (let turn = 0; turn < 2; turn++) {
      const stream = session.request({ ':path': '/' })
      let text = ''
      for await (const chunk of stream) text += String(chunk)
      names.push((JSON.parse(text) as User).name)
    }
    session.close()
    assert.deepEqual(names, ['system:kube-scheduler', 'system:kube-scheduler'])
  })

  it('refuses those of a node whose host was taken out, on connections that live on too, and not what it gets later', async () => {
    const [before, other] = [await pki.node('removed'), await pki.node('removed-not')]
    const { certificate: cert, key } = before
    const session = connectHttp2(`https://127.0.0.1:${port()}`, { ca: pki.ca, cert, key })
    const asked = async (): Promise<unknown> => {
      const stream = session.request({ ':path': '/' })
      const [headers] = (await once(stream, 'response')) as readonly Readonly<Record<string, unknown>>[]
      stream.resume()
      return headers?.[':status']
    }
    assert.deepEqual([await asked(), (await ask(before)).code], [200, 200])
    clock.advance(60_000)
    await removeHosts({ removed: new Date(clock.now()).toISOString(), constructor: 'x' })
    assert.deepEqual([await asked(), (await ask(before)).code], [401, 401])
    session.close()
    clock.advance(1_000)
    const again = await issueCertificate(
      authority,
      { tag: 'Client', commonName: 'system:node:removed', organizations: ['system:nodes'] },
      clock.now(),
      1,
    )
    assert.deepEqual([(await ask(again)).code, (await ask(other)).code], [200, 200])
    await removeHosts({ removed: 'some day' })
    assert.equal((await ask(again)).code, 401)
    await removeHosts({})
  })

  it('refuses one that has expired, that another authority made, or that is a server’s', async () => {
    const client = { tag: 'Client', commonName: 'late', organizations: ['system:masters'] } as const
    const expired = await issueCertificate(authority, client, systemClock.now(), -1)
    assert.equal((await ask(expired)).code, 401)
    const stranger = await issueCertificate(await newAuthority(systemClock.now()), client, systemClock.now())
    assert.equal((await ask(stranger)).code, 401)
    assert.equal((await ask(pki.serving)).code, 401)
  })

  it('refuses a certificate from the moment that it ends, on connections that live on too', async () => {
    const brief = await issueCertificate(
      authority,
      { tag: 'Client', commonName: 'brief', organizations: [] },
      clock.now(),
      1,
    )
    assert.equal((await ask(brief)).user.name, 'brief')
    const { certificate: cert, key } = brief
    const session = connectHttp2(`https://127.0.0.1:${port()}`, { ca: pki.ca, cert, key })
    const codes: unknown[] = []
    for (const milliseconds of [0, 25 * 3600 * 1000]) {
      clock.advance(milliseconds)
      const stream = session.request({ ':path': '/' })
      stream.on('response', headers => codes.push(headers[':status']))
      for await (const _ of stream) continue
    }
    session.close()
    assert.deepEqual(codes, [200, 401])
  })

  it('takes bearer tokens, and calls those without credentials anonymous', async () => {
    const issued = await security.tokens.issue({ serviceAccount: account, audiences: [], expirationSeconds: 600 })
    assert.ok(E.isRight(issued))
    const { token } = issued.right
    const bearer = { authorization: `Bearer ${token}` }
    assert.equal((await ask(undefined, bearer)).user.name, 'system:serviceaccount:shop:default')
    const protocol = `v4.channel.k8s.io, base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`
    assert.equal(
      (await ask(undefined, { 'sec-websocket-protocol': protocol })).user.name,
      'system:serviceaccount:shop:default',
    )
    assert.equal((await ask(undefined, { authorization: 'Bearer nonsense' })).code, 401)
    const nobody = await ask()
    assert.deepEqual([nobody.user.name, nobody.user.groups], ['system:anonymous', ['system:unauthenticated']])
    // One good credential is enough.
    assert.equal((await ask(pki.admin, { authorization: 'Bearer nonsense' })).user.name, 'kubernetes-admin')
  })
})
