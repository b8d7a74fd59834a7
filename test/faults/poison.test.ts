import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeCluster, testCluster } from '../e2e/cluster.ts'
import { isAlive } from './cluster-processes.ts'
import { until } from './until.ts'

/** The largest integer of the API, in JSON as it is. */
const most = '9223372036854775807'

const poison = `{
  "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "poison"},
  "spec": {
    "replicas": 2,
    "progressDeadlineSeconds": 2147483647, "minReadySeconds": 2147483646, "revisionHistoryLimit": 2147483647,
    "selector": {"matchLabels": {"app": "poison"}},
    "template": {
      "metadata": {"labels": {"app": "poison"}},
      "spec": {
        "terminationGracePeriodSeconds": ${most},
        "tolerations": [{"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": ${most}}],
        "containers": [{
          "name": "c", "image": "busybox:1",
          "readinessProbe": {"exec": {"command": ["true"]}, "periodSeconds": 2147483647, "timeoutSeconds": 2147483647}
        }]
      }
    }
  }
}`

describe('an object at the limits of its numbers', function () {
  this.timeout(180_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'hollow' })
  after(() => removeCluster(cluster))

  const podsOf = async (app: string): Promise<readonly string[]> =>
    (await cluster.ok(`get pods -l app=${app} -o name`)).split('\n').filter(line => line !== '')

  /** The control plane goes on: a Deployment that comes now gets its pods. */
  const serves = async (name: string): Promise<void> => {
    await cluster.ok(`create deployment ${name} --image=busybox:1`)
    await cluster.ok(`wait deployment/${name} --for=condition=Available --timeout=60s`)
  }

  it('ends no process, at once or at any later start', async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
    const before = cluster.processes()
    await cluster.ok('create -f -', poison)
    await until('it has two pods', async () => (await podsOf('poison')).length === 2)
    // Its pods stay, for as long as they tolerate that.
    await cluster.ok('taint node --all planted=here:NoExecute')
    await cluster.ok('taint node --all planted-')
    await serves('during')
    await cluster.ok('scale deployment/poison --replicas=0')
    await until('its pods are told to go', async () => {
      const told = await cluster.ok('get pods -l app=poison -o jsonpath={.items[*].metadata.deletionTimestamp}')
      return told === '' || told.includes('9999-12-31T23:59:59Z')
    })
    await serves('after')
    assert.deepEqual(cluster.processes(), before)
    for (const pid of Object.values(before)) assert.ok(isAlive(pid))
    await cluster.periplus('down')
    const again = await cluster.periplus('up')
    assert.equal(again.code, 0, again.stderr + again.stdout)
    await serves('again')
    await cluster.ok('delete deployment/poison --wait=false')
    await cluster.ok('delete pods -l app=poison --force --grace-period=0')
    await until('nothing of it is left', async () => (await podsOf('poison')).length === 0)
    for (const name of ['control-plane', 'node'])
      assert.doesNotMatch(readFileSync(join(cluster.home, `logs/${name}.log`), 'utf8'), /the process ends|failed/)
  })
})
