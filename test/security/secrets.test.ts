import assert from 'node:assert/strict'
import { copyFileSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { redisProjection } from '@periplus/projection'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import type { TestCluster } from '../e2e/cluster.ts'
import { until } from '../faults/until.ts'
import { examplePlugin } from '../../services/cluster/test/roles/kms/example-plugin.ts'
import type { ExamplePlugin } from '../../services/cluster/test/roles/kms/example-plugin.ts'
import { saidBy } from '../faults/said-by.ts'

const value = 'Xq7-a-value-that-is-nowhere-else-Xq7'
const base64 = Buffer.from(value).toString('base64')

/** Files below a directory that hold the value, as text or as in a Secret, whatever stands before it. */
const filesWith = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(file => file.isFile())
    .map(file => join(file.parentPath, file.name))
    .filter(path => {
      const bytes = readFileSync(path)
      return bytes.includes(value) || bytes.includes(base64)
    })

const pod = `
apiVersion: v1
kind: Pod
metadata: { name: reader }
spec:
  containers:
    - name: c
      image: busybox
      command: [sleep, '1000']
      env: [{ name: VALUE, valueFrom: { secretKeyRef: { name: login, key: value } } }]
      volumeMounts: [{ name: files, mountPath: /files }]
  volumes: [{ name: files, secret: { secretName: applied } }]
`
const applied = `{apiVersion: v1, kind: Secret, metadata: {name: applied}, stringData: {value: ${value}}}`

describe('Secrets of a cluster', function () {
  this.timeout(240_000)
  let cluster: TestCluster
  const periplus = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.periplus(...words)
    assert.equal(code, 0, stderr + stdout)
    return stdout
  }
  const version = async (name: string): Promise<string> =>
    cluster.ok(`get secret ${name} -o jsonpath={.metadata.resourceVersion}`)
  const asItWas = async (name: string, at: string, output: string): Promise<string> => {
    const server = await cluster.ok('config view -o jsonpath={.clusters[0].cluster.server}')
    return cluster.ok(['--server', `${server}/at/${at}`, 'get', 'secret', name, '-o', output])
  }
  before(async () => {
    cluster = testCluster({ PERIPLUS_SNAPSHOT_EVENTS: '100' })
    await periplus('up')
    await cluster.ok(`create secret generic login --from-literal=value=${value}`)
    await cluster.ok('apply -f -', applied)
    await cluster.ok('apply -f -', pod)
    await cluster.ok('wait --for=condition=Ready pod/reader --timeout=90s')
  })
  after(() => removeCluster(cluster))

  it('are read by clients and pods as they were written', async () => {
    assert.equal(await cluster.ok('get secret login -o jsonpath={.data.value}'), base64)
    assert.equal((await cluster.ok(['exec', 'reader', '--', 'sh', '-c', 'echo $VALUE'])).trim(), value)
    assert.equal(await cluster.ok('exec reader -- cat /files/value'), value)
  })

  it('stand in the open nowhere but in the files of the pod that uses them', async () => {
    await periplus('backup', join(cluster.home, 'state.backup'))
    const found = filesWith(cluster.home).map(path => path.slice(cluster.home.length + 1))
    const uid = await cluster.ok('get pod reader -o jsonpath={.metadata.uid}')
    const own = (path: string): boolean => path.startsWith('nodes/') && path.includes(`/pods/${uid}/`)
    assert.ok(found.some(own))
    // What a container is given in its environment, its runtime keeps.
    assert.deepEqual(
      found.filter(path => !own(path) && !path.startsWith('containerd/')),
      [],
    )
    const [port, password] = ['port', 'password'].map(name =>
      readFileSync(join(cluster.home, `redis/redis.${name}`), 'utf8').trim(),
    )
    const projection = redisProjection({ url: `redis://:${password}@127.0.0.1:${port}` })
    let sealed = 0
    const held = await projection.snapshot()
    assert.ok(held)
    for await (const events of held.events)
      for (const event of events) {
        const text = Buffer.from(event.body).toString() + JSON.stringify(event)
        assert.equal(text.includes(base64) || text.includes(value), false)
        if (event.sealed !== undefined) sealed++
      }
    await projection.close()
    assert.ok(sealed >= 2)
    assert.match(await periplus('verify'), /Redis is what the log makes[^]*nothing is wrong with the log/)
    assert.equal(statSync(join(cluster.home, 'pki/secrets.keys')).mode & 0o777, 0o600)
  })

  it('keep their versions where nothing changes, and reach their pods where something does', async () => {
    const before = await version('applied')
    await cluster.ok('apply -f -', applied)
    assert.equal(await version('applied'), before)
    await cluster.ok(['patch', 'secret', 'applied', '-p', '{"stringData":{"value":"another"}}'])
    await until(
      'the pod has the change',
      async () => (await cluster.ok('exec reader -- cat /files/value')) === 'another',
    )
    assert.equal(await asItWas('applied', before, 'jsonpath={.data.value}'), base64)
  })

  it('are gone from every moment when they are deleted, which then says so', async () => {
    await cluster.ok(`create secret generic gone --from-literal=value=${value}`)
    const at = await version('gone')
    assert.equal(await asItWas('gone', at, 'jsonpath={.data.value}'), base64)
    await cluster.ok('delete secret gone')
    await until('the key is shredded', async () => (await asItWas('gone', at, 'jsonpath={.data}')) === '')
    const shown = JSON.parse(await asItWas('gone', at, 'json')) as { metadata: { annotations: object; name: string } }
    assert.equal(shown.metadata.name, 'gone')
    assert.match(JSON.stringify(shown.metadata.annotations), /periplus.io\/unreadable.*shredded/)
    const { stdout } = await cluster.periplus('undelete', 'secret/gone')
    assert.match(stdout, /what was sealed in it cannot be read/)
    assert.equal((await cluster.kubectl('get secret gone')).code, 1)
    assert.match(await periplus('replay'), /(\d+) decisions, \1 identical/)
  })

  it('are read on with a new key of the cluster, at the same versions', async () => {
    const before = await version('login')
    assert.match(await periplus('secrets', 'rotate'), /the cluster key is [0-9a-f]{8} now: [1-9]\d* keys were wrapped/)
    await cluster.ok(`create secret generic later --from-literal=value=${value}`)
    assert.equal(await version('login'), before)
    assert.equal(await cluster.ok('get secret login -o jsonpath={.data.value}'), base64)
  })

  it('are read after a restart, and not at all with another key', async () => {
    const keys = join(cluster.home, 'pki/secrets.keys')
    await periplus('down')
    const kept = readFileSync(keys, 'utf8')
    writeFileSync(keys, JSON.stringify({ keys: [{ id: 'other', key: Buffer.alloc(32).toString('base64') }] }))
    const refused = await cluster.periplus('up')
    assert.notEqual(refused.code, 0)
    assert.match(refused.stderr + refused.stdout, /does not have the cluster key [0-9a-f]{8}/)
    writeFileSync(keys, kept)
    await periplus('down')
    await periplus('up')
    assert.equal(await cluster.ok('get secret login -o jsonpath={.data.value}'), base64)
  })

  describe('whose key a KMS plugin keeps', () => {
    let guarded: TestCluster
    let plugin: ExamplePlugin
    const socket = (): string => join(cluster.home, 'kms.sock')
    const get = (): Promise<string> => cluster.ok('get secret login -o jsonpath={.data.value}')
    const health = async (): Promise<string> => (await cluster.kubectl('get --raw /healthz/kms-providers')).stdout
    const inPluginsHands = (): readonly string[] => {
      const file = readFileSync(join(cluster.home, 'pki/secrets.keys'), 'utf8')
      const { keys } = JSON.parse(file) as { keys: readonly { kms?: { keyId: string }; key?: string }[] }
      return keys.map(({ kms }) => kms?.keyId ?? 'nobody')
    }
    before(() => {
      const file = join(cluster.home, 'encryption.yaml')
      writeFileSync(
        file,
        `{apiVersion: apiserver.config.k8s.io/v1, kind: EncryptionConfiguration, resources: [{resources: [secrets],
          providers: [{kms: {apiVersion: v2, name: example, endpoint: "unix://${socket()}"}}]}]}`,
      )
      guarded = testCluster({ PERIPLUS_ENCRYPTION_CONFIG: file }, cluster.home)
    })
    after(() => plugin.stop())

    it('are read when the start has waited for the plugin, in whose hands the key is then', async () => {
      await periplus('down')
      const up = guarded.periplus('up')
      await until('the start says for what it waits', () =>
        /the start waits.*rpc error/.test(saidBy(cluster.home, 'control-plane')),
      )
      plugin = await examplePlugin(socket())
      const { code, stderr } = await up
      assert.equal(code, 0, stderr)
      assert.equal(await get(), base64)
      assert.ok(inPluginsHands().every(keyId => keyId === 'one'))
      assert.equal(await health(), 'ok')
    })

    it('are read on with another key of the plugin, for which it is asked alone', async () => {
      plugin.keyId = 'two'
      const refused = await cluster.periplus('secrets', 'rotate')
      assert.match(refused.stderr, /kept by example, and PERIPLUS_ENCRYPTION_CONFIG says nobody/)
      const { code, stderr } = await guarded.periplus('secrets', 'rotate')
      assert.equal(code, 0, stderr)
      assert.ok(inPluginsHands().every(keyId => keyId === 'two'))
      plugin.known = ['two']
      await cluster.ok(`create secret generic latest --from-literal=value=${value}`)
      assert.equal(await get(), base64)
    })

    it('are read and written for a while without the plugin, whose absence is told', async () => {
      plugin.healthz = 'sealed'
      const isSick = async (): Promise<boolean> =>
        (await cluster.kubectl('get --raw /healthz/kms-providers')).code !== 0
      await until('its health is told', isSick)
      const { stderr } = await cluster.kubectl('get --raw /readyz')
      assert.match(stderr, /\[-\]kms-providers failed/)
      assert.equal(await get(), base64)
      await cluster.ok(`create secret generic unwatched --from-literal=value=${value}`)
      plugin.healthz = 'ok'
    })

    it('lie in the open again after a start that says so', async () => {
      const file = join(cluster.home, 'encryption.yaml')
      writeFileSync(file, readFileSync(file, 'utf8').replace('providers: [', 'providers: [{identity: {}}, '))
      await periplus('down')
      const { code, stderr } = await guarded.periplus('up')
      assert.equal(code, 0, stderr)
      assert.ok(inPluginsHands().every(keeper => keeper === 'nobody'))
      assert.equal(await get(), base64)
    })
  })

  it('are read from a backup by who has the key', async () => {
    const [file, keys] = [join(cluster.home, 'state.backup'), join(cluster.home, 'kept.keys')]
    copyFileSync(join(cluster.home, 'pki/secrets.keys'), keys)
    await periplus('backup', file)
    await periplus('reset')
    const refused = await cluster.periplus('restore', file)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /sealed with the cluster key [0-9a-f]{8}: name the file/)
    await periplus('restore', file, '--keys', keys)
    await periplus('up')
    assert.equal(await cluster.ok('get secret login -o jsonpath={.data.value}'), base64)
    for (const path of [file, keys]) rmSync(path)
  })
})
