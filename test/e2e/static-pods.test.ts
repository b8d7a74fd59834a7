import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, testCluster } from './cluster.ts'

const manifest = `
apiVersion: v1
kind: Pod
metadata: { name: beat, namespace: kube-system }
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - { name: beat, image: "busybox:1", command: [sh, -c, "echo I beat; exec sleep 1d"] }
`

describe('pods that a node runs of its own accord', function () {
  this.timeout(180_000)
  const cluster = testCluster()
  before(async () => {
    const up = await cluster.periplus('up')
    assert.equal(up.code, 0, up.stderr)
  })
  after(() => removeCluster(cluster))

  it('are shown by the API, read and entered there, and live until their file goes', async () => {
    const [node = ''] = readdirSync(join(cluster.home, 'nodes'))
    const file = join(cluster.home, 'nodes', node, 'etc/kubernetes/manifests/beat.yaml')
    const pod = `pod/beat-${node}`
    const here = (line: string): Promise<string> => cluster.ok(`-n kube-system ${line}`)
    writeFileSync(file, manifest)
    await here(`wait --for=create ${pod} --timeout=60s`)
    await here(`wait --for=condition=Ready ${pod} --timeout=60s`)
    assert.equal(await here(`logs ${pod}`), 'I beat\n')
    assert.equal(await here(`exec ${pod} -- cat /etc/hostname`), `beat-${node}\n`)
    const uid = await here(`get ${pod} -o=jsonpath={.metadata.uid}`)

    await here(`delete ${pod} --wait=false`)
    await here(`wait --for=create ${pod} --timeout=60s`)
    await here(`wait --for=condition=Ready ${pod} --timeout=60s`)
    assert.notEqual(await here(`get ${pod} -o=jsonpath={.metadata.uid}`), uid)
    assert.equal(await here(`get ${pod} -o=jsonpath={.status.containerStatuses[0].restartCount}`), '0')

    rmSync(file)
    await here(`wait --for=delete ${pod} --timeout=60s`)
  })
})
