import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { createServer } from 'node:https'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'
import { E } from '@periplus/prelude'
import type { WebhookAddress } from '@periplus/api'
import type { ResolveService } from '../webhook-client.ts'

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

const pem = (key: ArrayBuffer): string => {
  const lines =
    Buffer.from(key)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`
}

const hour = 3_600_000

/** A certificate with its key, PEM. */
export interface ServingCertificate {
  readonly cert: string
  readonly key: string
}

const newKeys = async (): Promise<webcrypto.CryptoKeyPair> => {
  x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[1])
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

const forHour = () => ({
  notBefore: new Date(Date.now() - hour),
  notAfter: new Date(Date.now() + hour),
  signingAlgorithm: algorithm,
})

const alternatives = (names: readonly string[]): x509.SubjectAlternativeNameExtension =>
  new x509.SubjectAlternativeNameExtension([
    { type: 'ip', value: '127.0.0.1' },
    ...names.map(value => ({ type: 'dns' as const, value })),
  ])

const inPem = async (
  certificate: x509.X509Certificate,
  { privateKey }: webcrypto.CryptoKeyPair,
): Promise<ServingCertificate> => ({
  cert: certificate.toString('pem'),
  key: pem(await webcrypto.subtle.exportKey('pkcs8', privateKey)),
})

/** A certificate that is its own authority, for 127.0.0.1 and these names. */
export const selfSigned = async (names: readonly string[]): Promise<ServingCertificate> => {
  const keys = await newKeys()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: '01', name: 'CN=webhook', ...forHour(), keys },
    extensions: [new x509.BasicConstraintsExtension(true, 1, true), alternatives(names)],
  })
  return inPem(certificate, keys)
}

/** A certificate of an authority that is not told, for 127.0.0.1 and these names. */
export const issued = async (names: readonly string[]): Promise<ServingCertificate> => {
  const [authority, keys] = [await newKeys(), await newKeys()]
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: '02', subject: 'CN=webhook', issuer: 'CN=authority', ...forHour() },
    ...{ publicKey: keys.publicKey, signingKey: authority.privateKey },
    extensions: [new x509.BasicConstraintsExtension(false, undefined, true), alternatives(names)],
  })
  return inPem(certificate, keys)
}

/** What a webhook does with a question: gives its answer, or what it likes with the response. */
export type Behaviour = (question: unknown, response: ServerResponse, request: IncomingMessage) => unknown

/** A webhook over real TLS, on the loopback. */
export interface WebhookServer {
  readonly port: number
  /** Its URL, with its authority. */
  address(path?: string): WebhookAddress & { readonly url: string; readonly caBundle: string }
  /** As the service `hook` of the namespace `hooks`. */
  readonly service: WebhookAddress
  readonly resolve: ResolveService
  /** How often it was asked. */
  asked(): number
  /** How many connections are open. */
  connections(): Promise<number>
  /** Ends the connections that wait for another question. */
  closeIdle(): void
  close(): Promise<void>
}

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return JSON.parse(Buffer.concat(pieces).toString())
}

/** Starts one; what `behaviour` returns is answered as JSON, and nothing where that is undefined. */
export const startWebhookServer = async (
  behaviour: Behaviour,
  certified: (names: readonly string[]) => Promise<ServingCertificate> = selfSigned,
): Promise<WebhookServer> => {
  const tls = await certified(['localhost', 'hook.hooks.svc'])
  let asked = 0
  const server = createServer(tls, (request, response) => {
    asked++
    void bodyOf(request)
      .then(async question => {
        const answer: unknown = await behaviour(question, response, request)
        if (answer !== undefined) response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
      })
      .catch(() => response.destroy())
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const caBundle = Buffer.from(tls.cert).toString('base64')
  return {
    port,
    address: (path = '/review') => ({ url: `https://127.0.0.1:${port}${path}`, caBundle }),
    service: { service: { namespace: 'hooks', name: 'hook', path: '/review' }, caBundle },
    resolve: () => E.right({ host: '127.0.0.1', port }),
    asked: () => asked,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    closeIdle: () => server.closeIdleConnections(),
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
