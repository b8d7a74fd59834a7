import assert from 'node:assert/strict'
import { removeCluster, testCluster } from './cluster.ts'
import type { Ran, TestCluster } from './cluster.ts'

/** The commands that write several objects at once, on a cluster with its controllers. */
describe('writing several objects at once', function () {
  this.timeout(180_000)
  let cluster: TestCluster

  const periplus = (line: string): Promise<Ran> => cluster.periplus(...line.split(' '))
  const said = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await periplus(line)
    assert.equal(code, 0, stderr)
    return stdout
  }
  const refused = async (line: string): Promise<string> => {
    const { code, stderr } = await periplus(line)
    assert.equal(code, 1)
    return stderr
  }

  before(async () => {
    cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
    const { code, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr)
  })
  after(() => removeCluster(cluster))

  it('applies a directory, namespace and all, or nothing of it', async () => {
    await cluster.ok('create namespace elsewhere')
    assert.match(await refused('apply -f test/fixtures/atomic'), /say --atomic/)
    const tried = await said('apply --atomic --dry-run -f test/fixtures/atomic')
    assert.match(tried, /^namespaces\/atomic-shop created \(server dry run\)\n/)
    assert.equal((await cluster.kubectl('get namespace atomic-shop')).code, 1)
    const wrong = await cluster.shell(
      'cat test/fixtures/atomic/*.yaml - <<EOF | bin/periplus apply --atomic -f -\n' +
        '---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: "NOT!", namespace: atomic-shop}}\nEOF',
    )
    assert.equal(wrong.code, 1)
    assert.match(wrong.stderr, /nothing was applied, because of configmaps\/NOT! of the input: .*is invalid/)
    assert.equal((await cluster.kubectl('get namespace atomic-shop')).code, 1)

    const done = await said('apply --atomic -f test/fixtures/atomic')
    const lines = ['namespaces/atomic-shop', 'configmaps/prices', 'deployments.apps/till', 'services/till']
    for (const line of lines) assert.ok(done.includes(`${line} created\n`), done)
    const last = Number(/at sequence (\d+)/.exec(done)![1])
    await cluster.ok('rollout status deployment/till -n atomic-shop --timeout=60s')
    const versions = (
      await cluster.ok('get configmap/prices -n atomic-shop -o jsonpath={.metadata.resourceVersion}')
    ).trim()
    assert.ok(last - Number(versions) <= lines.length + 1, `${versions} and ${last} were written together`)
    assert.match(await said('apply --atomic -f test/fixtures/atomic'), /^namespaces\/atomic-shop unchanged\n/)
  })

  const version = async (): Promise<number> =>
    Number(/^(\d+)/.exec((await said('events --since 1')).trim().split('\n').at(-1)!.trim())![1])
  const uidOf = async (what: string): Promise<string> =>
    cluster.ok(`get ${what} -n atomic-shop -o jsonpath={.metadata.uid}`)

  it('makes a deployment again, with its revisions, whose pods run again', async () => {
    await cluster.ok('set env deployment/till -n atomic-shop A=1')
    await cluster.ok('rollout status deployment/till -n atomic-shop --timeout=60s')
    const uid = await uidOf('deployment/till')
    const revisions = await cluster.ok('rollout history deployment/till -n atomic-shop')
    await cluster.ok('delete deployment/till -n atomic-shop --cascade=foreground --timeout=60s')
    assert.match(await refused('undelete configmap/prices -n atomic-shop'), /configmap\/prices is there: revert --to/)
    const tried = await said('undelete deployment/till -n atomic-shop --dry-run')
    assert.match(tried, /\+ deployments.apps\/till -n atomic-shop\n\+ replicasets.apps\/till-/)
    assert.equal((await cluster.kubectl('get deployment/till -n atomic-shop')).code, 1)
    await said('undelete deployment/till -n atomic-shop')
    await cluster.ok('rollout status deployment/till -n atomic-shop --timeout=60s')
    assert.notEqual(await uidOf('deployment/till'), uid)
    assert.equal(await cluster.ok('rollout history deployment/till -n atomic-shop'), revisions)
    await cluster.ok('rollout undo deployment/till -n atomic-shop')
    await cluster.ok('rollout status deployment/till -n atomic-shop --timeout=60s')
    assert.match(await refused('undelete deployment/never -n atomic-shop'), /the log knows no deployment\/never/)
  })

  it('brings what has a label back to how it was, and shows first what that is', async () => {
    await cluster.ok('label configmap/prices -n atomic-shop tier=data')
    const then = await version()
    await cluster.ok('patch configmap/prices -n atomic-shop -p {"data":{"apple":"4","pear":"5"}}')
    await cluster.ok('create configmap later -n atomic-shop')
    await cluster.ok('label configmap/later -n atomic-shop tier=data')
    const shown = await said(`revert -l tier=data -n atomic-shop --to ${then} --dry-run`)
    assert.ok(shown.includes('- configmaps/later -n atomic-shop\n~ configmaps/prices -n atomic-shop\n'), shown)
    assert.ok(shown.includes('    ~ data.apple: "4" -> "3"\n    - data.pear: "5"\n'), shown)
    assert.equal(await cluster.ok('get configmap/prices -n atomic-shop -o jsonpath={.data.apple}'), '4')
    await said(`revert -l tier=data -n atomic-shop --to ${then}`)
    assert.equal(await cluster.ok('get configmap/prices -n atomic-shop -o jsonpath={.data}'), '{"apple":"3"}')
    assert.equal((await cluster.kubectl('get configmap/later -n atomic-shop')).code, 1)
    assert.match(await said(`revert -l tier=data -n atomic-shop --to ${then}`), /nothing is to be done/)
  })

  it('is refused, all of it, where something else has taken the place', async () => {
    const address = await cluster.ok('get service/till -n atomic-shop -o jsonpath={.spec.clusterIP}')
    const then = await version()
    await cluster.ok('delete service/till -n atomic-shop')
    await cluster.ok('delete configmap/prices -n atomic-shop')
    await cluster.ok(`create service clusterip taker -n elsewhere --tcp=80 --clusterip=${address}`)
    const words = await refused(`revert namespace/atomic-shop --to ${then}`)
    assert.match(
      words,
      /nothing was written, because of services\/till -n atomic-shop: .*provided IP is already allocated/,
    )
    assert.equal((await cluster.kubectl('get configmap/prices -n atomic-shop')).code, 1)
    await cluster.ok('delete service/taker -n elsewhere')
    await said(`revert namespace/atomic-shop --to ${then}`)
    assert.equal(await cluster.ok('get service/till -n atomic-shop -o jsonpath={.spec.clusterIP}'), address)
  })

  it('makes a namespace again with all that was in it but its Secrets, which nobody can read any more', async () => {
    await cluster.ok('create secret generic key -n atomic-shop --from-literal=a=1')
    await cluster.ok('create job once -n atomic-shop --image=busybox -- sleep 1d')
    const job = await uidOf('job/once')
    await cluster.ok('delete namespace atomic-shop --timeout=90s')
    const restored = await said('undelete namespace/atomic-shop')
    assert.match(restored, /secrets\/key.*what was sealed in it cannot be read/)
    assert.notEqual(await uidOf('job/once'), job)
    await cluster.ok('wait job/once -n atomic-shop --for=jsonpath={.status.active}=1 --timeout=60s')
    await cluster.ok('rollout status deployment/till -n atomic-shop --timeout=60s')
    assert.match((await cluster.kubectl('get secret/key -n atomic-shop')).stderr, /NotFound/)
    assert.equal(await cluster.ok('get configmap/prices -n atomic-shop -o jsonpath={.data}'), '{"apple":"3"}')
    const why = await said('log configmap/prices -n atomic-shop')
    assert.ok(why.split('\n').filter(line => line.includes('deleted')).length >= 1, why)
  })

  it('tells who fights whom, and what led either of them to it', async () => {
    assert.match(await said('fights -n atomic-shop'), /nobody has fought anybody/)
    const scale = (count: number, ...more: readonly string[]) =>
      cluster.ok(['scale', 'deployment/till', '-n', 'atomic-shop', `--replicas=${count}`, ...more])
    const other = ['--as=bob', '--as-group=system:masters']
    for (let round = 0; round < 2; round++) {
      await scale(2)
      await scale(1, ...other)
    }
    const told = await said('fights -n atomic-shop')
    assert.match(
      told,
      /^deployments.apps\/till -n atomic-shop {2}spec.replicas: user:\S+ sets 2, user:bob sets 1; put back 3 times\n/,
    )
    assert.match(told, /user:bob +changed deployments.apps\/till -n atomic-shop +~ spec.replicas: 2 -> 1/)
  })
})
