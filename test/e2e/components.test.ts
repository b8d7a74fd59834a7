import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { until } from '../faults/until.ts'
import { removeCluster, testCluster } from './cluster.ts'

describe("the cluster's own parts", function () {
  this.timeout(240_000)
  const cluster = testCluster()
  let node = ''
  before(async () => {
    const up = await cluster.periplus('up')
    assert.equal(up.code, 0, up.stderr)
    ;[node = ''] = readdirSync(`${cluster.home}/nodes`)
    await here(`wait --for=create pod/service-proxy-${node} --timeout=60s`)
    await here(`wait --for=condition=Ready pod --all --timeout=60s`)
  })
  after(() => removeCluster(cluster))

  const here = (line: string): Promise<string> => cluster.ok(`-n kube-system ${line}`)
  const field = (role: string, path: string): Promise<string> => here(`get pod ${role}-${node} -o=jsonpath={${path}}`)
  const components = (text: string): ReadonlySet<string | undefined> =>
    new Set(
      text
        .split('\n')
        .filter(line => line.startsWith('{'))
        .map(line => (JSON.parse(line) as { component: string }).component.split('/')[0]),
    )

  it('are shown as pods, one for each role', async () => {
    const names = (await here('get pods -o name')).trim().split('\n')
    for (const role of ['apiserver', 'controllers', 'scheduler', 'projector', 'compactor', 'nats', 'redis', 'node'])
      assert.ok(names.includes(`pod/${role}-${node}`), `${role} is among ${names.join(' ')}`)
    assert.match(await here('get pods'), new RegExp(`^apiserver-${node} +1/1 +Running +0 `, 'm'))
  })

  it('have their logs read, each its own', async () => {
    const scheduler = await here(`logs scheduler-${node}`)
    assert.deepEqual([...components(scheduler)].sort(), ['control-plane', 'scheduler'])
    assert.match(await here(`logs nats-${node}`), /Server is ready/)
    assert.equal((await here(`logs scheduler-${node} --tail=1`)).trim().split('\n').length, 1)
    assert.match(await here(`logs scheduler-${node} --tail=1 --timestamps`), /^\d{4}-\S+\.\d{9}Z \{"time"/)
    const previous = await cluster.kubectl(`-n kube-system logs scheduler-${node} --previous`)
    assert.match(previous.stderr, /previous terminated container "scheduler" in pod ".*" not found/)
    const said = await cluster.periplus('logs', 'scheduler')
    assert.ok(said.stdout.includes(scheduler.trim().split('\n')[0] ?? ''), said.stdout)
  })

  it('are no containers to enter', async () => {
    const { code, stderr } = await cluster.kubectl(`-n kube-system exec scheduler-${node} -- true`)
    assert.notEqual(code, 0)
    assert.match(stderr, /scheduler is a process of the machine and no container/)
  })

  it('come again when they are deleted, and are passed over by a drain', async () => {
    const uid = await field('apiserver', '.metadata.uid')
    await here(`delete pod apiserver-${node} --wait=false`)
    await until('it is another object', async () => {
      const { stdout } = await cluster.kubectl(
        `-n kube-system get pod apiserver-${node} -o=jsonpath={.metadata.uid} --ignore-not-found`,
      )
      return stdout !== '' && stdout !== uid
    })
    await here(`wait --for=condition=Ready pod/apiserver-${node} --timeout=60s`)
    await cluster.ok(`drain ${node} --timeout=60s`)
    await cluster.ok(`uncordon ${node}`)
    await here(`wait --for=condition=Ready pod/apiserver-${node} --timeout=5s`)
  })

  it('count how often they were started again, and keep what they said before', async () => {
    const following = cluster.start('kubectl', ['-n', 'kube-system', 'logs', '-f', `redis-${node}`])
    const over = new Promise<void>(resolve => following.once('exit', () => resolve()))
    await new Promise(resolve => following.stdout?.once('data', resolve))
    process.kill(cluster.processes()['redis'] ?? NaN, 'SIGKILL')
    await over
    await here(`wait --for=jsonpath={.status.containerStatuses[0].restartCount}=1 pod/redis-${node} --timeout=60s`)
    await here(`wait --for=condition=Ready pod/redis-${node} --timeout=60s`)
    assert.equal(await field('redis', '.status.containerStatuses[0].lastState.terminated.exitCode'), '137')
    const [before, now] = [await here(`logs redis-${node} --previous`), await here(`logs redis-${node}`)]
    assert.match(before, /Ready to accept connections/)
    assert.match(now, /Ready to accept connections/)
    assert.notEqual(before, now)
    assert.equal(await field('nats', '.status.containerStatuses[0].restartCount'), '0')
  })

  it('are told by a log that is whole', async () => {
    const { code, stdout, stderr } = await cluster.periplus('verify')
    assert.equal(code, 0, stdout + stderr)
  })
})
