import assert from 'node:assert/strict'
import { X509Certificate, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
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

  it('issues again what is not what its name says: another key, somebody else, another authority, ended', async () => {
    const clock = virtualClock(start)
    const [own, other] = [await ensurePki({ home, clock }), await ensurePki({ home: join(home, 'other'), clock })]
    const at = (file: string): string => join(home, 'pki', file)
    const unfit: readonly (readonly [file: string, text: string])[] = [
      ['admin.pem', own.admin.certificate + own.scheduler.key],
      ['scheduler.pem', own.controllerManager.certificate + own.controllerManager.key],
      ['controller-manager.pem', other.controllerManager.certificate + other.controllerManager.key],
      ['apiserver.pem', other.serving.certificate + own.serving.key],
    ]
    for (const [file, text] of unfit) await writeFile(at(file), text)
    const again = await ensurePki({ home, clock })
    const ca = new X509Certificate(again.ca)
    for (const [identity, name] of [
      [again.admin, 'kubernetes-admin'],
      [again.scheduler, 'system:kube-scheduler'],
      [again.controllerManager, 'system:kube-controller-manager'],
      [again.serving, 'kube-apiserver'],
    ] as const) {
      const certificate = new X509Certificate(identity.certificate)
      assert.ok(certificate.subject.endsWith(`CN=${name}`), certificate.subject)
      assert.ok(certificate.checkPrivateKey(createPrivateKey(identity.key)), name)
      assert.ok(certificate.verify(ca.publicKey), name)
    }
    const late = await ensurePki({ home, clock: virtualClock(start + 3 * 365 * day) })
    assert.ok(Date.parse(new X509Certificate(late.admin.certificate).validTo) > start + 3 * 365 * day)
  })

  it('names the file that others trust and that cannot be used, and why', async () => {
    const clock = virtualClock(start)
    const pki = await ensurePki({ home, clock })
    const other = await ensurePki({ home: join(home, 'other'), clock })
    const at = (file: string): string => join(home, 'pki', file)
    const authority = await readFile(at('ca.pem'), 'utf8')
    const rsa = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const refused = async (file: string, text: string, why: RegExp, now = start): Promise<void> => {
      const good = await readFile(at(file), 'utf8')
      await writeFile(at(file), text)
      await assert.rejects(ensurePki({ home, clock: virtualClock(now) }), ({ name, message }: Error) => {
        assert.equal(name, 'UnusableKey')
        assert.ok(message.startsWith(at(file)), message)
        assert.match(message, why)
        return !message.includes('\n')
      })
      await writeFile(at(file), good)
    }
    await refused('ca.pem', pki.ca + other.admin.key, /has a key that isn't its certificate's/)
    await refused('ca.pem', pki.admin.certificate + pki.admin.key, /is the certificate of no authority/)
    await refused('ca.pem', authority, /ended on /, start + 11 * 365 * day)
    await refused('service-accounts.key', rsa.privateKey, /is damaged/)
    await rm(at('admin.pem'))
    await mkdir(at('admin.pem'))
    await assert.rejects(ensurePki({ home, clock }), {
      name: 'UnusableKey',
      message: new RegExp(`^${at('admin.pem')} cannot be read: `),
    })
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

  it('leaves the namespace chosen that somebody chose in a kubeconfig', async () => {
    const pki = await ensurePki({ home, clock: virtualClock(start) })
    const path = join(home, 'kubeconfig')
    const written = async (): Promise<string> => {
      await writeKubeconfig(path, { server: 'https://127.0.0.1:6443', ca: pki.ca, identity: pki.admin })
      return readFile(path, 'utf8')
    }
    const own = await written()
    assert.doesNotMatch(own, /namespace/)
    await writeFile(
      path,
      own.replace('      user: periplus-admin', '      user: periplus-admin\n      namespace: shop'),
    )
    assert.match(await written(), /\n {6}namespace: shop\n/)
  })
})
