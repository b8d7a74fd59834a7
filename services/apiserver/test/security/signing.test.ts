import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CertificateSigningRequest } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { createSecurity, ensurePki } from '../../src/security/index.ts'
import type { ClusterSecurity, Pki } from '../../src/security/index.ts'
import { generateKeyPair, keyAlgorithm } from '../../src/security/pki/key-pair.ts'
import { validityOf } from '../../src/security/pki/sign-request.ts'
import { Pkcs10CertificateRequestGenerator, SubjectAlternativeNameExtension } from '../../src/security/pki/x509.ts'
import { signingOf } from '../../src/signing/sign-requests.ts'
import { cluster, start } from './cluster.ts'
import type { Cluster } from './cluster.ts'

const resource = 'certificatesigningrequests.certificates.k8s.io'
const client = 'kubernetes.io/kube-apiserver-client'
const serving = 'kubernetes.io/kubelet-serving'
const second = 1_000
const hour = 3_600 * second

interface Asking {
  readonly signerName?: string
  readonly usages?: readonly string[]
  readonly name?: string
  readonly organization?: string
  readonly names?: readonly { readonly type: 'dns' | 'ip' | 'email' | 'url'; readonly value: string }[]
  readonly expirationSeconds?: number
  readonly request?: string
}

describe('certificate signing requests', () => {
  let home: string
  let pki: Pki
  let security: ClusterSecurity
  let world: Cluster

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-signing-'))
  })
  after(() => rm(home, { recursive: true }))
  beforeEach(async () => {
    world = cluster()
    pki = await ensurePki({ home, clock: world.clock })
    security = await createSecurity({ cut: world.cut, clock: world.clock, tokenKey: pki.tokenKey })
  })

  const pemOf = async ({ name = 'ann', organization = 'dev', names = [] }: Asking): Promise<string> => {
    const request = await Pkcs10CertificateRequestGenerator.create({
      name: [{ O: [organization] }, { CN: [name] }],
      keys: await generateKeyPair(),
      signingAlgorithm: keyAlgorithm,
      ...(names.length === 0 ? {} : { extensions: [new SubjectAlternativeNameExtension([...names])] }),
    })
    return request.toString('pem')
  }
  const stored = (): CertificateSigningRequest =>
    world.cut
      .entry({ group: 'certificates.k8s.io', resource: 'certificatesigningrequests', namespace: '', name: 'one' })
      ?.object() as CertificateSigningRequest
  const carryOut = async (): Promise<void> => {
    const effect = signingOf({ ...world, security, pki })
    assert.deepEqual(await effect.apply(effect.desired(world.cut)), E.right(undefined))
    world.follow()
  }
  /** What becomes of a request that somebody approves. */
  const approved = async (asking: Asking): Promise<CertificateSigningRequest> => {
    const { signerName = client, usages = ['client auth'], expirationSeconds } = asking
    const request = Buffer.from(asking.request ?? (await pemOf(asking))).toString('base64')
    await world.put(resource, {
      metadata: { name: 'one' },
      spec: { request, signerName, usages, ...(expirationSeconds === undefined ? {} : { expirationSeconds }) },
    })
    await carryOut()
    assert.equal(stored().status?.conditions, undefined, 'nobody but a person approves it')
    const verdict = { type: 'Approved', status: 'True', reason: 'Test', message: '' }
    await world.putPart(resource, 'approval', { ...stored(), status: { conditions: [verdict] } })
    await carryOut()
    const answered = stored()
    await world.remove(resource, '', 'one')
    return answered
  }
  const certificateOf = ({ status }: CertificateSigningRequest): X509Certificate =>
    new X509Certificate(Buffer.from(status?.certificate ?? '', 'base64'))
  const failureOf = ({ status }: CertificateSigningRequest): string | undefined => {
    const failed = status?.conditions?.find(({ type }) => type === 'Failed')
    assert.equal(status?.certificate, undefined)
    assert.equal(failed?.reason, 'SignerValidationFailure')
    return failed?.message
  }

  it('are signed for clients, who may not serve', async () => {
    const usages = ['digital signature', 'key encipherment', 'client auth']
    const certificate = certificateOf(await approved({ usages }))
    assert.equal(certificate.subject, 'O=dev\nCN=ann')
    assert.ok(certificate.verify(new X509Certificate(pki.ca).publicKey))
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'])
    assert.equal(
      failureOf(await approved({ usages: ['server auth'] })),
      'invalid usage for client certificate: server auth',
    )
    assert.equal(
      failureOf(await approved({ usages: ['digital signature'] })),
      'missing required usage for client certificate: client auth',
    )
  })

  it('are signed for what nodes serve, by the names that they ask for', async () => {
    const node: Asking = {
      ...{ signerName: serving, usages: ['digital signature', 'server auth'] },
      ...{ name: 'system:node:one', organization: 'system:nodes' },
      names: [
        { type: 'dns', value: 'one' },
        { type: 'ip', value: '192.0.2.7' },
      ],
    }
    const certificate = certificateOf(await approved(node))
    assert.equal(certificate.subjectAltName, 'DNS:one, IP Address:192.0.2.7')
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.1'])
    for (const [asking, why] of [
      [{ organization: 'dev' }, 'subject organization is not system:nodes'],
      [{ name: 'one' }, 'subject common name does not begin with system:node:'],
      [{ names: [] }, 'DNS or IP subjectAltName is required'],
      [
        { names: [...(node.names ?? []), { type: 'email', value: 'a@example.com' }] },
        'Email subjectAltNames are not allowed',
      ],
      [
        { usages: ['client auth', 'server auth'] },
        'usages did not match [digital signature key encipherment server auth]',
      ],
    ] as readonly (readonly [Asking, string])[])
      assert.equal(failureOf(await approved({ ...node, ...asking })), why)
  })

  it('that cannot be read, or are not signed by their own key, fail', async () => {
    assert.equal(
      failureOf(await approved({ request: 'x', signerName: serving })),
      'unable to parse the certificate request',
    )
    const pem = await pemOf({ name: 'ann' })
    const other = await pemOf({ name: 'bob' })
    const bytes = (text: string): Buffer => Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64')
    // The one's request under the other's signature, which is what it ends with.
    const forged = Buffer.concat([bytes(pem).subarray(0, -64), bytes(other).subarray(-64)]).toString('base64')
    const request = `-----BEGIN CERTIFICATE REQUEST-----\n${forged}\n-----END CERTIFICATE REQUEST-----\n`
    assert.ok((failureOf(await approved({ request })) ?? '') !== '')
  })

  it('of signers that are not the cluster’s own are left to those', async () => {
    const { status } = await approved({ signerName: 'example.com/signer' })
    assert.deepEqual(
      status?.conditions?.map(({ type }) => type),
      ['Approved'],
    )
    assert.equal(status?.certificate, undefined)
  })

  it('say how long the certificate is valid: ten minutes to a year, and no longer than the authority', async () => {
    const certificate = certificateOf(await approved({ expirationSeconds: 3600 }))
    assert.equal(Date.parse(certificate.validTo), start + hour)
    assert.equal(Date.parse(certificate.validFrom), start - 300 * second)
    const ends = (expirationSeconds: number | undefined, authority = Infinity): number =>
      validityOf(
        { usages: [], ...(expirationSeconds === undefined ? {} : { expirationSeconds }) },
        authority,
        0,
      ).notAfter.getTime()
    assert.equal(ends(1), 600 * second)
    assert.equal(ends(24 * 3600), 24 * hour - 300 * second)
    assert.equal(ends(undefined), 365 * 24 * hour - 300 * second)
    assert.equal(ends(10 * 365 * 24 * 3600), 365 * 24 * hour - 300 * second)
    assert.equal(ends(undefined, hour), hour)
  })

  it('are refused in Kubernetes’ words where they ask for what there is not', async () => {
    const spec = {
      request: Buffer.from(await pemOf({})).toString('base64'),
      signerName: client,
      usages: ['client auth'],
    }
    const refusal = async (more: object): Promise<string> =>
      world.put(resource, { metadata: { name: 'bad' }, spec: { ...spec, ...more } }).then(
        () => '',
        (error: Error) => error.message,
      )
    assert.match(await refusal({ expirationSeconds: 599 }), /may not specify a duration less than 600 seconds/)
    assert.match(await refusal({ signerName: 'kubernetes.io/legacy-unknown' }), /legacy signerName is not allowed/)
    assert.match(await refusal({ signerName: 'signer' }), /fully qualified domain and path/)
    assert.match(await refusal({ usages: ['flying'] }), /Unsupported value/)
    assert.match(await refusal({ usages: ['client auth', 'client auth'] }), /Duplicate value/)
    assert.match(await refusal({ usages: [] }), /spec.usages/)
  })
})
