import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import { parse } from 'yaml'
import { writeKubeconfig } from '../../src/security/pki/kubeconfig.ts'
import { ensurePki } from '../../src/security/pki/pki.ts'

const start = Date.parse('2026-01-02T03:04:05Z')
const day = 24 * 60 * 60 * 1000

describe('the public key infrastructure', () => {
  let home: string
  beforeEach(async () => (home = await mkdtemp(join(tmpdir(), 'periplus-pki-'))))
  afterEach(() => rm(home, { recursive: true }))

  it('makes an authority and what it signs, once, readable by nobody else', async () => {
    const pki = await ensurePki({ home, clock: virtualClock(start), extraNames: ['192.0.2.7', 'api.example.com'] })
    const ca = new X509Certificate(pki.ca)
    const serving = new X509Certificate(pki.serving.certificate)
    assert.equal(ca.ca, true)
    assert.ok(serving.checkIssued(ca) && serving.verify(ca.publicKey))
    for (const name of ['localhost', 'kubernetes.default.svc.cluster.local', 'kubernetes', 'api.example.com'])
      assert.equal(serving.checkHost(name), name)
    for (const address of ['127.0.0.1', '10.96.0.1', '192.0.2.7', '::1']) assert.ok(serving.checkIP(address), address)
    const node = new X509Certificate((await pki.node('one')).certificate)
    assert.equal(node.subject, 'O=system:nodes\nCN=system:node:one')
    assert.equal(new X509Certificate(pki.admin.certificate).subject, 'O=system:masters\nCN=kubernetes-admin')
    assert.ok(node.checkPrivateKey((await import('node:crypto')).createPrivateKey((await pki.node('one')).key)))
    for (const file of await readdir(join(home, 'pki'), { recursive: true })) {
      const found = await stat(join(home, 'pki', file))
      if (found.isFile()) assert.equal(found.mode & 0o777, 0o600, file)
    }

    const again = await ensurePki({ home, clock: virtualClock(start + 200 * day), extraNames: ['192.0.2.7'] })
    assert.deepEqual(
      [again.ca, again.serving, again.admin, again.tokenKey],
      [pki.ca, pki.serving, pki.admin, pki.tokenKey],
    )
  })

  it('renews what is about to end, and a serving certificate that misses a name', async () => {
    const first = await ensurePki({ home, clock: virtualClock(start) })
    const later = await ensurePki({ home, clock: virtualClock(start + 340 * day) })
    assert.equal(later.ca, first.ca)
    assert.notEqual(later.serving.certificate, first.serving.certificate)
    assert.notEqual(later.admin.certificate, first.admin.certificate)
    const moved = await ensurePki({ home, clock: virtualClock(start + 340 * day), extraNames: ['192.0.2.8'] })
    assert.equal(moved.admin.certificate, later.admin.certificate)
    assert.ok(new X509Certificate(moved.serving.certificate).checkIP('192.0.2.8'))
  })

  it('gives processes that start at once the same authority', async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => ensurePki({ home, clock: virtualClock(start) })))
    assert.equal(new Set(all.map(({ ca }) => ca)).size, 1)
    assert.equal(new Set(all.map(({ tokenKey }) => tokenKey)).size, 1)
  })

  it('writes a kubeconfig with everything in it', async () => {
    const pki = await ensurePki({ home, clock: virtualClock(start) })
    const path = join(home, 'kubeconfig')
    await writeKubeconfig(path, { server: 'https://127.0.0.1:6443', ca: pki.ca, identity: pki.admin })
    assert.equal((await stat(path)).mode & 0o777, 0o600)
    const config = parse(await readFile(path, 'utf8')) as {
      clusters: { cluster: Record<string, string> }[]
      'current-context': string
    }
    assert.equal(config.clusters[0]?.cluster['server'], 'https://127.0.0.1:6443')
    assert.equal(
      Buffer.from(config.clusters[0]?.cluster['certificate-authority-data'] ?? '', 'base64').toString(),
      pki.ca,
    )
    assert.equal(config['current-context'], 'periplus')
  })
})
