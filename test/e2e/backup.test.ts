import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { s3Server } from '../../libs/log/test/support/s3-server.ts'
import { removeCluster, testCluster } from './cluster.ts'
import type { TestCluster } from './cluster.ts'

describe('a cluster that is restored', function () {
  this.timeout(300_000)
  let cluster: TestCluster
  let store: Awaited<ReturnType<typeof s3Server>>
  const keys = mkdtempSync(join(tmpdir(), 'periplus-s3-keys-'))
  const periplus = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.periplus(...words)
    assert.equal(code, 0, stderr + stdout)
    return stdout
  }
  before(async () => {
    store = await s3Server()
    const { endpoint, region, accessKeyId, secretAccessKey } = store.bucket
    const credentials = join(keys, 'credentials')
    writeFileSync(
      credentials,
      `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n[other]\naws_access_key_id = x\n`,
    )
    cluster = testCluster({
      ...{ PERIPLUS_RUNTIME: 'hollow', PERIPLUS_SNAPSHOT_EVENTS: '100', PERIPLUS_S3_ENDPOINT: endpoint },
      ...{ PERIPLUS_S3_REGION: region, PERIPLUS_S3_CREDENTIALS: credentials },
      ...{ PERIPLUS_SNAPSHOTS: 's3://bucket/of/tests' },
    })
    await periplus('up')
  })
  after(async () => {
    await removeCluster(cluster)
    await store.close()
    rmSync(keys, { recursive: true })
  })

  it('has what it had at the same versions, runs on, and shows nobody a time before', async () => {
    const file = join(cluster.home, 'state.backup')
    await cluster.ok('create configmap kept --from-literal=a=1')
    await cluster.ok('create deployment web --image=nginx --replicas=2')
    await cluster.ok('rollout status deployment/web --timeout=60s')
    await cluster.ok('expose deployment web --port=80')
    const version = '-o jsonpath={.metadata.resourceVersion}'
    const [kept, address] = [
      await cluster.ok(`get configmap kept ${version}`),
      await cluster.ok('get service web -o jsonpath={.spec.clusterIP}'),
    ]
    const listed = await cluster.ok('get configmaps -o jsonpath={.metadata.resourceVersion}')
    assert.match(await periplus('backup', file), /objects as they were at \d+/)
    assert.match(
      await periplus('backup', 's3://bucket/of/tests'),
      /s3:\/\/bucket\/of\/tests\/backup-\d{16} has \d+ bytes/,
    )
    await cluster.ok('create configmap changed')
    const changes = join(cluster.home, 'changes.backup')
    assert.match(await periplus('backup', changes, '--since', file), /what has changed of \d+ objects at \d+/)
    await periplus('backup', 's3://bucket/of/tests', '--since', 's3://bucket/of/tests')
    // Processes start from what lies in S3 alone.
    const isSnapshot = (key: string): boolean => key.includes('/snapshots/') && key.endsWith('.json')
    while (![...store.objects.keys()].some(isSnapshot)) await pause(50)
    await cluster.ok('create configmap later')
    const refused = await cluster.periplus('restore', file)
    assert.deepEqual([refused.code, refused.stderr.includes('into an empty home')], [1, true])

    await periplus('reset')
    const none = await cluster.periplus('restore', 's3://bucket/elsewhere')
    assert.deepEqual([none.code, /cannot be restored: there is no backup/.test(none.stderr)], [1, true])
    const halves = [await cluster.periplus('restore', changes), await cluster.periplus('restore', changes, file)]
    assert.ok(halves.every(({ code, stderr }) => code === 1 && /which has to be named before it/.test(stderr)))
    await periplus('restore', 's3://bucket/of/tests')
    rmSync(join(cluster.home, 'cluster.json'))
    await periplus('restore', file, changes)
    await periplus('up')
    assert.equal((await cluster.kubectl('get configmap changed')).code, 0)
    assert.equal(await cluster.ok(`get configmap kept ${version}`), kept)
    assert.equal(await cluster.ok('get service web -o jsonpath={.spec.clusterIP}'), address)
    assert.equal((await cluster.kubectl('get configmap later')).code, 1)
    await cluster.ok('create configmap later')
    assert.ok(Number(await cluster.ok(`get configmap later ${version}`)) > Number(listed))
    await cluster.ok(['patch', 'configmap', 'kept', '-p', '{"data":{"a":"2"}}'])
    await cluster.ok('rollout status deployment/web --timeout=60s')
    const authority = await cluster.ok('get configmap kube-root-ca.crt -o jsonpath={.data.ca\\.crt}')
    const trusted = 'get configmap extension-apiserver-authentication -n kube-system -o jsonpath={.data.client-ca-file}'
    assert.equal(await cluster.ok(trusted), authority)
    assert.match(await periplus('verify'), /nothing is wrong with the log/)
    const gone = await cluster.kubectl([
      'get',
      '--raw',
      `/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=1`,
    ])
    assert.match(gone.stdout, /too old resource version: 1 \(\d+\)/)
    rmSync(file)
  })
})
