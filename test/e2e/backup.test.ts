import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, testCluster } from './cluster.ts'
import type { TestCluster } from './cluster.ts'

describe('a cluster that is restored', function () {
  this.timeout(240_000)
  let cluster: TestCluster
  const periplus = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cluster.periplus(...words)
    assert.equal(code, 0, stderr + stdout)
    return stdout
  }
  before(async () => {
    cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow', PERIPLUS_SNAPSHOT_EVENTS: '100' })
    await periplus('up')
  })
  after(() => removeCluster(cluster))

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
    await cluster.ok('create configmap later')
    const refused = await cluster.periplus('restore', file)
    assert.deepEqual([refused.code, refused.stderr.includes('into an empty home')], [1, true])

    await periplus('reset')
    await periplus('restore', file)
    await periplus('up')
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
