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
})
