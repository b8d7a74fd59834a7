import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatTime } from '@periplus/api'
import type { CertificateSigningRequest } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { createSecurity, ensurePki, joinPolicy, newClientRequest } from '../../src/security/index.ts'
import type { ClusterSecurity, Pki } from '../../src/security/index.ts'
import { bootstrapUser } from '../../src/security/tokens/bootstrap-tokens.ts'
import { dueRequests, signingOf } from '../../src/signing/sign-requests.ts'
import { cluster, start } from './cluster.ts'
import type { Cluster } from './cluster.ts'

const kubeSystem = { namespace: 'kube-system' }
const token = (fields: Readonly<Record<string, string>> = {}, type = 'bootstrap.kubernetes.io/token') => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { ...kubeSystem, name: 'bootstrap-token-abcdef' },
  type,
  stringData: {
    ...{ 'token-id': 'abcdef', 'token-secret': '0123456789abcdef', 'usage-bootstrap-authentication': 'true' },
    ...{ expiration: formatTime(start + 60_000), ...fields },
  },
})
const shown = 'abcdef.0123456789abcdef'

const withNamespaces = async (): Promise<Cluster> => {
  const made = cluster()
  for (const name of ['kube-system', 'kube-public']) await made.put('namespaces', { metadata: { name } })
  return made
}

describe('a bootstrap token', () => {
  it('stands for its own user in the group of those who join, until it ends', async () => {
    const { cut, put } = await withNamespaces()
    await put('secrets', token({ 'auth-extra-groups': 'system:bootstrappers:workers,system:masters' }))
    assert.deepEqual(bootstrapUser(cut, shown, start), {
      ...{ name: 'system:bootstrap:abcdef', uid: '', extra: {} },
      groups: ['system:bootstrappers', 'system:bootstrappers:workers', 'system:authenticated'],
    })
    assert.equal(bootstrapUser(cut, shown, start + 60_000), undefined)
    for (const other of ['abcdef.0123456789abcdeg', 'abcdeg.0123456789abcdef', 'abcdef', `${shown}0`, ''])
      assert.equal(bootstrapUser(cut, other, start), undefined)
  })

  it('is none where its secret is of another type, not meant for it, or says nonsense', async () => {
    for (const secret of [
      token({}, 'Opaque'),
      token({ 'usage-bootstrap-authentication': 'false' }),
      token({ expiration: 'tomorrow' }),
      token({ 'token-id': 'fedcba' }),
    ]) {
      const { cut, put } = await withNamespaces()
      await put('secrets', secret)
      assert.equal(bootstrapUser(cut, shown, start), undefined)
    }
  })

  it('without an end is good for ever', async () => {
    const { cut, put } = await withNamespaces()
    await put('secrets', token({ expiration: '' }))
    assert.ok(bootstrapUser(cut, shown, start + 1e12))
  })
})

describe("requests for nodes' certificates", () => {
  let home: string
  let pki: Pki
  let security: ClusterSecurity
  let world: Cluster

  const request = async (
    { name = 'system:node:two', organizations = ['system:nodes'], usages = ['digital signature', 'client auth'] } = {},
    groups: readonly string[] = ['system:bootstrappers', 'system:authenticated'],
  ): Promise<void> => {
    const { request: pem } = await newClientRequest(name, organizations)
    await world.put('certificatesigningrequests.certificates.k8s.io', {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'one' },
      spec: {
        ...{ request: Buffer.from(pem).toString('base64'), usages, username: 'system:bootstrap:abcdef', groups },
        signerName: 'kubernetes.io/kube-apiserver-client-kubelet',
      },
    })
  }
  const due = () => dueRequests(world.cut, security.authorize).map(({ does }) => does)
  const carryOut = async (): Promise<void> => {
    const effect = signingOf({ ...world, security, pki })
    assert.deepEqual(await effect.apply(effect.desired(world.cut)), E.right(undefined))
    world.follow()
  }
  const stored = (): CertificateSigningRequest =>
    world.cut
      .entry({
        ...{ group: 'certificates.k8s.io', resource: 'certificatesigningrequests', namespace: '', name: 'one' },
      })
      ?.object() as CertificateSigningRequest

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-joining-'))
  })
  after(() => rm(home, { recursive: true }))
  beforeEach(async () => {
    world = await withNamespaces()
    for (const { kind, object } of joinPolicy)
      await world.put(kind.group === '' ? kind.resource : `${kind.resource}.${kind.group}`, object)
    pki = await ensurePki({ home, clock: world.clock })
    security = await createSecurity({ cut: world.cut, clock: world.clock, tokenKey: pki.tokenKey })
  })

  it('of those who join are approved, then signed, as the client that they name', async () => {
    await request()
    assert.deepEqual(due(), ['Approve'])
    await carryOut()
    assert.deepEqual(due(), ['Sign'])
    await carryOut()
    assert.deepEqual(due(), [])
    const pem = Buffer.from(stored().status?.certificate ?? '', 'base64').toString()
    const certificate = new X509Certificate(pem)
    assert.equal(certificate.subject, 'O=system:nodes\nCN=system:node:two')
    assert.ok(certificate.verify(new X509Certificate(pki.ca).publicKey))
    assert.ok(!certificate.ca)
    assert.deepEqual(certificate.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  })

  it('of others wait for somebody who approves them', async () => {
    await request({}, ['system:authenticated'])
    assert.deepEqual(due(), [])
  })

  it('that are for anything but a node’s client are not approved, and not signed when they are', async () => {
    for (const asked of [
      { name: 'system:node:' },
      { name: 'kubernetes-admin' },
      { organizations: ['system:nodes', 'system:masters'] },
      { usages: ['client auth', 'server auth'] },
      { usages: ['digital signature'] },
    ]) {
      await request(asked)
      assert.deepEqual(due(), [], JSON.stringify(asked))
      const approved = { type: 'Approved', status: 'True', reason: 'Test', message: '' }
      await world.putPart('certificatesigningrequests.certificates.k8s.io', 'approval', {
        ...stored(),
        status: { conditions: [approved] },
      })
      assert.deepEqual(due(), ['Fail'])
      await carryOut()
      assert.deepEqual(due(), [])
      assert.equal(stored().status?.certificate, undefined)
      await world.remove('certificatesigningrequests.certificates.k8s.io', '', 'one')
    }
  })
})
