import 'reflect-metadata'
import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import type { TlsOptions } from 'node:tls'
import * as x509 from '@peculiar/x509'
import { builtInBackends } from '../src/index.ts'
import type { LogBackend, WriteAnswer } from '../src/index.ts'
import { lineOf, openWriter, sourceOf } from '../src/contract.ts'

interface Identity {
  readonly cert: string
  readonly key: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A certificate that signs itself, for a name. */
const identity = async (name: string): Promise<Identity> => {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      ...{ name: `CN=${name}`, keys, signingAlgorithm: algorithm, notBefore: new Date(Date.now() - 60_000) },
      notAfter: new Date(Date.now() + 3_600_000),
      extensions: [
        new x509.BasicConstraintsExtension(true),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }]),
      ],
    },
    webcrypto,
  )
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return { cert: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` }
}

describe('TLS of backends', () => {
  let own: Identity
  let client: Identity
  let other: Identity
  before(async () => {
    ;[own, client, other] = await Promise.all([identity('logs.example'), identity('router'), identity('other')])
  })

  /** What comes of one line that is sent to a server of syslog over TLS, and what that has got. */
  const sent = async (
    server: TlsOptions,
    credentials: Readonly<Record<string, string>>,
    tls: object,
  ): Promise<{ readonly answer: WriteAnswer; readonly got: Promise<string> }> => {
    let tell: (text: string) => void = () => undefined
    const got = new Promise<string>(resolve => (tell = resolve))
    const listening = createServer({ ...own, ...server }, socket => {
      socket.on('data', chunk => tell(String(chunk))).on('error', () => undefined)
    })
    listening.on('tlsClientError', () => undefined)
    listening.listen(0, '127.0.0.1')
    await once(listening, 'listening')
    const { port } = listening.address() as AddressInfo
    const writer = await openWriter({
      backend: builtInBackends.get('syslog') as LogBackend,
      config: { host: '127.0.0.1', port, transport: 'tls', tls },
      credentials: new Map(Object.entries(credentials)),
      received: async () => [],
      faults: {},
      close: async () => undefined,
    })
    const answer = await writer.write([lineOf(sourceOf(), 1, 'hello')], new AbortController().signal)
    if (answer.tag === 'Taken') await got
    await writer.close()
    listening.close()
    return { answer, got }
  }
  const named = { serverName: 'logs.example' }

  it('is trusted by the authority in the Secret', async () => {
    const { answer, got } = await sent({}, { 'ca.crt': own.cert }, named)
    assert.deepEqual(answer, { tag: 'Taken' })
    assert.match(await got, /hello$/)
  })

  it('is not trusted where nobody vouches for it, or under another name', async () => {
    for (const [credentials, tls] of [
      [{}, named],
      [{ 'ca.crt': other.cert }, named],
      [{ 'ca.crt': own.cert }, { serverName: 'another.example' }],
    ] as const)
      assert.equal((await sent({}, credentials, tls)).answer.tag, 'Unavailable')
    assert.equal((await sent({}, {}, { insecureSkipVerify: true })).answer.tag, 'Taken')
  })

  it("shows a client's certificate where it is asked for", async () => {
    const asked = { requestCert: true, rejectUnauthorized: true, ca: [client.cert] }
    const mine = { 'ca.crt': own.cert, 'tls.crt': client.cert, 'tls.key': client.key }
    const { got } = await sent(asked, mine, named)
    assert.match(await got, /hello$/)
  })
})
