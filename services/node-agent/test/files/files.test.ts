import assert from 'node:assert/strict'
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { hostsText } from '../../src/files/hosts.ts'
import { parseResolver, podResolver, resolverText } from '../../src/files/resolver.ts'
import { kernelHostname } from '../../src/pods/hostname.ts'
import { runTool } from '../../src/files/run-tool.ts'
import { readTerminationMessage } from '../../src/files/termination-message.ts'

const pod = (spec: Partial<NonNullable<Pod['spec']>> = {}): Pod => ({
  metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
  spec: { containers: [], ...spec },
})

describe('/etc/hosts of a pod', () => {
  it('names the pod, in full where it has a subdomain, and its aliases', () => {
    const text = hostsText(
      pod({ subdomain: 'db', hostAliases: [{ ip: '10.9.9.9', hostnames: ['a', 'b'] }] }),
      ['10.0.0.2'],
      'cluster.local',
      '',
    )
    assert.match(text, /^# Kubernetes-managed hosts file\.\n127\.0\.0\.1\tlocalhost\n/)
    assert.match(text, /\n10\.0\.0\.2\tweb\.db\.shop\.svc\.cluster\.local\tweb\n/)
    assert.match(text, /\n\n# Entries added by HostAliases\.\n10\.9\.9\.9\ta\tb\n$/)
  })
  it('is that of the machine on its network', () => {
    const text = hostsText(pod({ hostNetwork: true }), [], 'cluster.local', '127.0.0.1 localhost\n')
    assert.equal(text, '# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n')
  })
})

describe('the hostname of a pod', () => {
  const named = (spec: Partial<NonNullable<Pod['spec']>>) => kernelHostname(pod(spec), 'cluster.local')
  it('is its own, or its name, as long as a label may be', () => {
    assert.deepEqual(named({}), E.right('web'))
    assert.deepEqual(named({ hostname: 'box', subdomain: 'db' }), E.right('box'))
    assert.deepEqual(kernelHostname({ metadata: { name: `${'x'.repeat(62)}-y` } }, ''), E.right('x'.repeat(62)))
  })
  it('is the full one where the pod asks for it', () => {
    const full = { subdomain: 'db', setHostnameAsFQDN: true }
    assert.deepEqual(named(full), E.right('web.db.shop.svc.cluster.local'))
    const long = named({ ...full, hostname: 'x'.repeat(50) })
    assert.ok(E.isLeft(long))
    assert.match(long.left, /is too long \(64 characters is the max, 76 characters requested\)$/)
  })
  it('may be overridden, and has no domain then', () => {
    const over = { hostnameOverride: 'db-1.example.org', subdomain: 'db' }
    assert.deepEqual(named(over), E.right('db-1.example.org'))
    assert.match(hostsText(pod(over), ['10.0.0.2'], 'cluster.local', ''), /^10\.0\.0\.2\tdb-1\.example\.org$/m)
  })
})

describe('the resolver of a pod', () => {
  const settings = {
    clusterDns: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    host: { servers: ['8.8.8.8'], searches: ['corp'], options: ['rotate'] },
  }
  const text = (spec: Partial<NonNullable<Pod['spec']>>, with_ = settings) =>
    resolverText(podResolver(pod(spec), with_))
  const cluster =
    'nameserver 10.96.0.10\nsearch shop.svc.cluster.local svc.cluster.local cluster.local corp\noptions ndots:5\n'
  const machine = 'nameserver 8.8.8.8\nsearch corp\noptions rotate\n'
  it('follows the policy', () => {
    assert.equal(text({}), cluster)
    assert.equal(text({ dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true }), cluster)
    assert.equal(text({ hostNetwork: true }), machine)
    assert.equal(text({ dnsPolicy: 'Default' }), machine)
    assert.equal(text({}, { ...settings, clusterDns: [] }), machine)
  })
  it('adds what dnsConfig says', () => {
    const dnsConfig = {
      nameservers: ['1.1.1.1'],
      searches: ['x'],
      options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
    }
    assert.equal(text({ dnsPolicy: 'None', dnsConfig }), 'nameserver 1.1.1.1\nsearch x\noptions ndots:2 edns0\n')
    assert.match(text({ dnsConfig }), /options ndots:2 edns0\n$/)
  })
  it('reads a resolv.conf', () => {
    assert.deepEqual(parseResolver('# c\nnameserver 1.2.3.4\nsearch a b\noptions x y:1\n'), {
      servers: ['1.2.3.4'],
      searches: ['a', 'b'],
      options: ['x', 'y:1'],
    })
  })
})

describe('the termination message', () => {
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'periplus-message-'))
    const lines = Array.from({ length: 100 }, (_, index) => `2026-01-02T03:04:05.0Z stdout F line ${index}\n`)
    await writeFile(join(directory, 'log'), lines.join(''))
    await writeFile(join(directory, 'empty'), '')
    await writeFile(join(directory, 'long'), 'x'.repeat(5000))
  })
  after(() => rm(directory, { recursive: true }))
  const read = (message: string, fallBack: boolean) =>
    readTerminationMessage({
      messageFile: join(directory, message),
      logFile: join(directory, 'log'),
      fallBackToLog: fallBack,
      containers: 1,
    })
  it('shares 12 KiB between the containers of a pod', async () => {
    const source = { messageFile: join(directory, 'long'), logFile: join(directory, 'log'), fallBackToLog: true }
    for (const [containers, bytes] of [
      [3, 4096],
      [12, 1024],
      [10_000, 1],
    ] as const)
      assert.equal((await readTerminationMessage({ ...source, containers })).length, bytes)
  })
  it('is nothing of a file that a link leads to, nor of a pipe', async () => {
    await writeFile(join(directory, 'secret'), 'secret')
    await symlink('secret', join(directory, 'linked'))
    await symlink('.', join(directory, 'through'))
    assert.deepEqual(await runTool('mkfifo', [join(directory, 'pipe')]), E.right(undefined))
    assert.equal(await read('secret', false), 'secret')
    for (const name of ['linked', 'through/secret', 'pipe', 'none', '.'])
      assert.equal(await read(name, false), '', name)
  })
  it('is what was written, up to 4096 bytes', async () => assert.equal((await read('long', true)).length, 4096))
  it('is empty where nothing was', async () => assert.equal(await read('empty', false), ''))
  it('falls back to the end of the log', async () => {
    const text = await read('empty', true)
    assert.ok(text.startsWith('line 20\n') && text.endsWith('line 99\n'))
    assert.equal(await read('no-file', true), text)
  })
})
