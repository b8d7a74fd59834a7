import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { ask } from './ask.ts'
import { removeCluster, root, testCluster } from './cluster.ts'

describe('a service', function () {
  this.timeout(180_000)
  const cluster = testCluster()
  const { ok, periplus } = cluster
  const jsonPath = (what: string, path: string): Promise<string> =>
    ok(['get', ...what.split(' '), '-o', `jsonpath=${path}`])
  const inPod = (name: string, ...command: string[]): Promise<string> => ok(['exec', name, '--', ...command])
  let [clusterIp, nodePort, nodeIp]: readonly string[] = []

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await ok(['create', '-f', join(root, 'test/fixtures/web-service.yaml')])
    await ok('run client --image=busybox --restart=Never -- sleep 100000')
    const kubectl = realpathSync(join(cluster.home, 'tools/bin/kubectl'))
    const mounted = { name: 'kubectl', mountPath: '/usr/bin/kubectl' }
    const container = { name: 'c', image: 'nginx', command: ['sleep', '100000'], volumeMounts: [mounted] }
    const volumes = [{ name: 'kubectl', hostPath: { path: kubectl } }]
    const spec = { volumes, containers: [container] }
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'kubectl', labels: { may: 'ask' } }, spec }
    await ok('create -f -', JSON.stringify(pod))
    await ok('rollout status deployment/web --timeout=90s')
    await ok('wait --for=condition=Ready pod/client pod/kubectl --timeout=90s')
    clusterIp = await jsonPath('service web', '{.spec.clusterIP}')
    nodePort = await jsonPath('service web', '{.spec.ports[0].nodePort}')
    nodeIp = await jsonPath('nodes', '{.items[0].status.addresses[?(@.type=="InternalIP")].address}')
  })
  after(() => removeCluster(cluster))

  const podNames = async (): Promise<readonly string[]> =>
    (await jsonPath('pods -l app=web', '{.items[*].metadata.name}')).split(' ').sort()

  it('answers by name, at its address and at the node’s port, from pods and from the machine', async () => {
    const expected = (await podNames()).map(name => `200 ${name}`)
    for (const url of [`http://${clusterIp}`, `http://${nodeIp}:${nodePort}`]) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask(url)))
      assert.deepEqual([...new Set(answers)].sort(), expected, url)
    }
    for (const host of [
      'web',
      'web.default',
      'web.default.svc.cluster.local',
      String(clusterIp),
      `${nodeIp}:${nodePort}`,
    ])
      assert.match(await inPod('client', 'wget', '-qO-', `http://${host}`), /^web-/, host)
  })

  it('leads pods to the API server, which knows them by their tokens', async () => {
    assert.match(await inPod('kubectl', 'kubectl', 'auth', 'whoami'), /system:serviceaccount:default:default/)
    const discovered = await inPod('kubectl', 'kubectl', 'get', '--raw', '/.well-known/openid-configuration')
    assert.match(discovered, /"issuer":"https:\/\/kubernetes\.default\.svc\.cluster\.local"/)
  })

  it('loses no request when one of its pods goes, or what keeps the rules is killed', async () => {
    const answers: string[] = []
    let asking = true
    const load = async (): Promise<void> => {
      while (asking) answers.push(await ask(`http://${clusterIp}`))
    }
    const clients = Promise.all([load(), load(), load()])
    const [victim = ''] = await podNames()
    process.kill(cluster.processes()['node'] ?? NaN, 'SIGKILL')
    await ok(['delete', 'pod', victim])
    await ok('rollout status deployment/web --timeout=90s')
    assert.ok(!(await podNames()).includes(victim))
    asking = false
    await clients
    assert.deepEqual(
      answers.filter(answer => !answer.startsWith('200 web-')),
      [],
    )
    assert.ok(answers.length > 100)
    assert.match(await inPod('client', 'wget', '-qO-', 'http://web'), /^web-/)
  })

  it('is for those alone whom a network policy lets through', async () => {
    const spec = {
      podSelector: { matchLabels: { app: 'web' } },
      ingress: [{ from: [{ podSelector: { matchLabels: { may: 'ask' } } }], ports: [{ port: 'http' }] }],
    }
    const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'askers' }, spec }
    await ok('create -f -', JSON.stringify(policy))
    const traced = async (pod: string, ...at: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await periplus('trace', pod, 'web:http', ...at)
      assert.equal(code, 0, stderr)
      return stdout
    }
    const open = /ends +at default\/web-\S+ \(\S+:80 on node \S+\), or default\/web-/
    assert.match(await traced('kubectl'), open)
    const blocked = await traced('client')
    assert.match(blocked, /policies +into default\/web-\S+: blocked: none of default\/askers lets it through/)
    assert.match(blocked, /ends +without an answer where policies block it/)
    const since = Number(await jsonPath('networkpolicy askers', '{.metadata.resourceVersion}'))
    assert.match(await traced('client', '--at', String(since - 1)), open)
    await ok('rollout restart deployment/web')
    await ok('rollout status deployment/web --timeout=90s')
    const asked = (pod: string): Promise<string> =>
      inPod(
        pod,
        'sh',
        '-c',
        'timeout 2 bash -c "exec 3<>/dev/tcp/web/80" || timeout 2 nc -z web 80 && echo yes || echo no',
      )
    assert.equal(await asked('kubectl'), 'yes\n')
    assert.equal(await asked('client'), 'no\n')
  })

  it('leaves nothing on the machine when the cluster is forgotten', async () => {
    const { serviceCidr } = JSON.parse(readFileSync(join(cluster.home, 'cluster.json'), 'utf8')) as {
      serviceCidr: string
    }
    const traces = (): string =>
      execFileSync('sh', ['-c', 'nft list ruleset; ip route'])
        .toString()
        .split('\n')
        .filter(line => line.includes(serviceCidr))
        .join('\n')
    assert.notEqual(traces(), '')
    assert.equal((await periplus('reset')).code, 0)
    assert.equal(traces(), '')
  })
})
