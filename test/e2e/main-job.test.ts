import assert from 'node:assert/strict'
import { once } from 'node:events'
import { get } from 'node:http'
import { join } from 'node:path'
import { apiClient } from '../faults/api-client.ts'
import { removeCluster, root, testCluster } from './cluster.ts'

const manifest = join(root, 'test/fixtures/nginx-deployment.yaml')

/** The body of an HTTP answer; rejects where nobody answers. */
const fetchText = (url: string): Promise<string> =>
  new Promise((resolve, reject) =>
    get(url, response => {
      let body = ''
      response.on('data', chunk => (body += String(chunk)))
      response.on('end', () => resolve(body))
    }).on('error', reject),
  )

describe('the main job', function () {
  this.timeout(120_000)
  const cluster = testCluster()
  const { ok, kubectl, periplus } = cluster
  const podNames = async (): Promise<readonly string[]> =>
    (await ok('get pods -l app=nginx -o name')).trim().split('\n').filter(Boolean).sort()
  const rolledOut = (): Promise<string> => ok('rollout status deployment/nginx-deployment --timeout=60s')
  let sequenceBefore = ''

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
    assert.match(stdout, /node \S+ is Ready/)
  })
  after(() => removeCluster(cluster))

  it('runs a deployment', async () => {
    assert.equal(await ok(['create', '-f', manifest]), 'deployment.apps/nginx-deployment created\n')
    assert.match(await rolledOut(), /deployment "nginx-deployment" successfully rolled out/)
    const wide = await ok('get pods -o wide')
    assert.match(wide, /^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n/)
    assert.equal(wide.match(/ 1\/1 +Running +0 +\d+s +10\.244\.\d+\.\d+ /g)?.length, 2)
    sequenceBefore = await ok(['get', 'deployment', 'nginx-deployment', '-o', 'jsonpath={.metadata.resourceVersion}'])
  })

  it("answers on the pods' own addresses", async () => {
    const ips = (await ok(['get', 'pods', '-o', 'jsonpath={.items[*].status.podIP}'])).split(' ')
    assert.equal(new Set(ips).size, 2)
    for (const ip of ips) assert.match(await fetchText(`http://${ip}`), /nginx/)
  })

  it('replaces a pod that is deleted', async () => {
    const [victim = ''] = await podNames()
    await ok(['delete', victim])
    await ok('wait --for=condition=Available --timeout=60s deployment/nginx-deployment')
    await rolledOut()
    const now = await podNames()
    assert.equal(now.length, 2)
    assert.ok(!now.includes(victim))
  })

  it('scales', async () => {
    await ok('scale deployment/nginx-deployment --replicas=5')
    await rolledOut()
    assert.equal((await podNames()).length, 5)
    await ok('scale deployment/nginx-deployment --replicas=2')
    await ok('wait --for=jsonpath={.status.replicas}=2 --timeout=60s deployment/nginx-deployment')
  })

  it('rolls out a new image, back again, and stands still when paused', async () => {
    const image = (): Promise<string> =>
      ok(['get', 'deployment', 'nginx-deployment', '-o', 'jsonpath={.spec.template.spec.containers[0].image}'])
    await ok('set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await rolledOut()
    assert.match(
      await ok('rollout history deployment/nginx-deployment'),
      /REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/,
    )
    await ok('rollout undo deployment/nginx-deployment')
    await rolledOut()
    assert.equal(await image(), 'nginx:1.7.9')
    await ok('rollout pause deployment/nginx-deployment')
    await ok('set image deployment/nginx-deployment nginx=nginx:1.16.1')
    await ok('wait --for=condition=Progressing=Unknown --timeout=60s deployment/nginx-deployment')
    assert.equal(
      (
        await ok(
          'get rs -l app=nginx -o jsonpath={.items[?(@.spec.replicas>0)].spec.template.spec.containers[0].image}',
        )
      ).trim(),
      'nginx:1.7.9',
    )
    await ok('rollout resume deployment/nginx-deployment')
    await rolledOut()
    assert.equal(await image(), 'nginx:1.16.1')
  })

  it('shows logs, live and past', async () => {
    const [pod = ''] = await podNames()
    const ip = await ok(['get', pod, '-o', 'jsonpath={.status.podIP}'])
    await fetchText(`http://${ip}/marked`)
    const follow = cluster.start('kubectl', ['logs', pod, '--follow'])
    let seen = ''
    follow.stdout?.on('data', chunk => (seen += String(chunk)))
    // nginx tells its error log of it too; which of the two lines comes first is anybody's guess.
    const told = [/"GET \/marked HTTP\/1\.1" 404/, /\[error\] .*marked/]
    while (!told.every(line => line.test(seen))) await once(follow.stdout!, 'data')
    follow.kill()
    const tail = await ok(['logs', pod, '--tail=2'])
    for (const line of told) assert.match(tail, line)
    assert.match(await ok(['logs', pod, '--timestamps', '--tail=1']), /^\d{4}-\d\d-\d\dT[\d:.]+Z .*marked/)
    assert.match(await ok('logs -l app=nginx --all-containers --prefix'), new RegExp(`\\[${pod}/nginx\\]`))
  })

  it('executes commands in containers', async () => {
    const [pod = ''] = await podNames()
    assert.equal(await ok(['exec', pod, '--', 'echo', 'a', 'b']), 'a b\n')
    assert.equal(await ok(['exec', '-i', pod, '--', 'cat'], 'through standard input'), 'through standard input')
    assert.equal((await kubectl(['exec', pod, '--', 'sh', '-c', 'exit 7'])).code, 7)
  })

  it('edits, labels, annotates, applies, compares and describes', async () => {
    await ok('label deployment nginx-deployment tier=web')
    await ok('annotate deployment nginx-deployment note=seen')
    assert.match(await ok('get deployment --show-labels'), /tier=web/)
    const changed = (await ok(['get', 'deployment', 'nginx-deployment', '-o', 'yaml'])).replace(
      'tier: web',
      'tier: api',
    )
    assert.equal((await kubectl('diff -f -', changed)).code, 1)
    await ok('apply -f -', changed)
    assert.equal((await kubectl('diff -f -', changed)).code, 0)
    assert.match(
      await ok('describe deployment nginx-deployment'),
      /ScalingReplicaSet.*Scaled up replica set nginx-deployment-\w+/,
    )
    assert.match(await ok('get events'), /SuccessfulCreate/)
    assert.match(await ok('explain deployment.spec.replicas'), /FIELD: replicas <integer>/)
  })

  it('tells what is used of a quota', async () => {
    const { code, stderr } = await kubectl('create quota few --hard=pods=9,configmaps=9,count/deployments.apps=9')
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    const uses = (name: string, count: number): Promise<string> =>
      ok(`wait --for=jsonpath={.status.used.${name}}=${count} --timeout=60s quota/few`)
    await uses('pods', 2)
    assert.match(
      await ok('describe quota few'),
      /Resource +Used +Hard\n.*\nconfigmaps +1 +9\ncount\/deployments\.apps +1 +9\npods +2 +9\n/,
    )
    await ok('create configmap counted')
    await uses('configmaps', 2)
    await ok('delete configmap counted')
    await uses('configmaps', 1)
    await ok('delete quota few')
  })

  it('reads YAML in the threads of the bundle, and tells how long its event loop stood still', async () => {
    const api = apiClient(cluster.home)
    const post = async (body: string): Promise<number> =>
      (
        await api.ask('/api/v1/namespaces/default/configmaps', {
          method: 'POST',
          headers: { 'content-type': 'application/yaml' },
          body,
        })
      ).status
    assert.equal(await post('kind: ConfigMap\nmetadata: {name: from-yaml}\ndata: {a: "1"}\n'), 201)
    assert.equal(await post('a: &a [*a]'), 400)
    assert.equal(await ok('get configmap from-yaml -o jsonpath={.data.a}'), '1')
    assert.match(String((await api.ask('/metrics')).body.text), /^periplus_event_loop_stall_seconds [\d.]+/m)
  })

  it('tells a watcher what happens', async () => {
    const watch = cluster.start('kubectl', ['get', 'pods', '-w', '--output-watch-events', '--no-headers'])
    let seen = ''
    watch.stdout?.on('data', chunk => (seen += String(chunk)))
    await once(watch.stdout!, 'data')
    const [victim = ''] = await podNames()
    await ok(['delete', victim])
    await rolledOut()
    while (!new RegExp(`DELETED +${victim.slice('pod/'.length)}`).test(seen)) await once(watch.stdout!, 'data')
    watch.kill()
    assert.match(seen, /ADDED/)
    assert.match(seen, /MODIFIED/)
  })

  it('says why a pod is there', async () => {
    // Others may be in it: one that was ready or deleted before this one could be made.
    const [name = ''] = (await ok('get pods -l app=nginx -o name')).replaceAll('pod/', '').split('\n')
    const { stdout } = await periplus('why', `pod/${name}`)
    const actors = [
      /user:kubernetes-admin +\w+ deployments\.apps\/nginx-deployment/,
      /controller:deployment +\w+ replicasets\.apps\/nginx-deployment-\w+ .*because/,
      new RegExp(`controller:replicaset +created pods/${name} .*because`),
      new RegExp(`scheduler:scheduler +changed pods/${name} .*because`),
      new RegExp(`node:\\S+ +reported on pods/${name} `),
    ]
    const positions = actors.map(actor => stdout.search(actor))
    assert.ok(
      positions.every(position => position >= 0),
      stdout,
    )
    assert.deepEqual(
      positions,
      [...positions].sort((a, b) => a - b),
    )
  })

  it("tells an object's history", async () => {
    const { stdout } = await periplus('log', 'deployment/nginx-deployment')
    assert.match(stdout, /user:kubernetes-admin {2}created/)
    assert.match(stdout, /~ spec\.replicas: 2 -> 5/)
    assert.match(stdout, /controller:deployment {2}status-changed/)
  })

  it('follows the log', async () => {
    const tail = cluster.start('periplus', ['events', '--follow', '--since', '1'])
    let seen = ''
    tail.stdout?.on('data', chunk => (seen += String(chunk)))
    await once(tail.stdout!, 'data')
    await ok('create configmap followed')
    while (!/created +configmaps\/followed -n default/.test(seen)) await once(tail.stdout!, 'data')
    tail.kill('SIGINT')
    await once(tail, 'exit')
  })

  it('looks back', async () => {
    const server = (await ok(['config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}'])).trim()
    const then = await ok([
      '--server',
      `${server}/at/${sequenceBefore}`,
      'get',
      'deployment',
      'nginx-deployment',
      '-o',
      'json',
    ])
    const { spec, metadata } = JSON.parse(then) as {
      spec: { template: { spec: { containers: { image: string }[] } } }
      metadata: { labels?: Record<string, string>; resourceVersion: string }
    }
    assert.equal(spec.template.spec.containers[0]?.image, 'nginx:1.7.9')
    assert.equal(metadata.labels?.['tier'], undefined)
    assert.ok(Number(metadata.resourceVersion) <= Number(sequenceBefore))
  })

  it('decides again as it decided', async () => {
    const { stdout, code } = await periplus('replay')
    const [, decisions, identical] = /(\d+) decisions, (\d+) identical/.exec(stdout) ?? []
    assert.equal(identical, decisions, stdout)
    assert.ok(Number(decisions) > 50)
    assert.equal(code, 0)
  })

  it('is all there again after down and up', async () => {
    const before = await podNames()
    assert.equal((await periplus('down')).code, 0)
    assert.equal((await periplus('up')).code, 0)
    await rolledOut()
    assert.deepEqual(await podNames(), before)
    assert.equal(await ok('get configmap followed -o name'), 'configmap/followed\n')
  })
})
