import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:tls'
import { until } from '../faults/until.ts'
import { ask } from './ask.ts'
import { removeCluster, testCluster } from './cluster.ts'

/** Answers with its name at a port of its own, as all pods here have the machine's address. */
const server = (name: string, port: number): unknown => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' } },
  spec: {
    containers: [
      {
        ...{ name: 'httpd', image: 'busybox', ports: [{ name: 'http', containerPort: port }] },
        command: ['sh', '-c', `echo ${name} > /tmp/index.html; exec busybox httpd -f -p ${port} -h /tmp`],
        readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 1 },
      },
    ],
  },
})

const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }] },
}

describe('services of plain processes', function () {
  this.timeout(180_000)
  const cluster = testCluster({ PERIPLUS_RUNTIME: 'process', PERIPLUS_POD_CIDR: '10.247.1.0/24' })
  const { ok, periplus } = cluster
  const inClient = (line: string): Promise<string> => ok(['exec', 'client', '--', 'sh', '-c', line])
  const jsonPath = (what: string, path: string): Promise<string> =>
    ok(['get', ...what.split(' '), '-o', `jsonpath=${path}`])
  const condition = (): Promise<string> =>
    jsonPath('nodes', '{.items[0].status.conditions[?(@.type=="ServiceNetwork")].message}')

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await ok('create -f -', JSON.stringify(service))
    await ok(
      'create -f -',
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [server('a', 18081), server('b', 18082)] }),
    )
    await ok('run client --image=busybox --restart=Never -- sleep 100000')
    await ok('wait --for=condition=Ready pod/a pod/b pod/client --timeout=90s')
  })
  after(() => removeCluster(cluster))

  it('answer by name, at their address, at the node’s port and by the variables of a pod', async () => {
    const clusterIp = await jsonPath('service web', '{.spec.clusterIP}')
    assert.match(clusterIp, /^127\./)
    const nodePort = await jsonPath('service web', '{.spec.ports[0].nodePort}')
    const nodeIp = await jsonPath('nodes', '{.items[0].status.addresses[?(@.type=="InternalIP")].address}')
    const places = [
      'web',
      'web.default.svc.cluster.local',
      clusterIp,
      `${nodeIp}:${nodePort}`,
      '$WEB_SERVICE_HOST:$WEB_SERVICE_PORT',
    ]
    for (const place of places) {
      const answers = await inClient(`for n in $(seq 20); do wget -qO- http://${place}; done`)
      assert.deepEqual([...new Set(answers.trim().split('\n'))].sort(), ['a', 'b'], place)
    }
  })

  it('lead to the API server, as clients within the cluster look for it', async () => {
    const [host = '', port = ''] = (await inClient('echo $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT')).split(
      /\s+/,
    )
    assert.match(host, /^127\./)
    const ca = await inClient('cat /var/run/secrets/kubernetes.io/serviceaccount/ca.crt')
    const socket = connect({ host, port: Number(port), ca, servername: 'kubernetes.default.svc' })
    await once(socket, 'secureConnect')
    assert.ok(socket.authorized)
    socket.destroy()
  })

  it('are traced over the node’s agent to either pod', async () => {
    const { code, stdout, stderr } = await periplus('trace', 'client', 'web')
    assert.equal(code, 0, stderr + stdout)
    assert.match(stdout, /rule +none: the node's agent listens there, and hands on to one of 2 endpoints, at random/)
    assert.match(stdout, /ends +at default\/a \(\S+:18081 on node \S+\), or default\/b \(\S+:18082 on node \S+\)/)
  })

  it('give nothing new to a pod that is deleted, and work again when the agent that hands on was killed', async () => {
    const clusterIp = await jsonPath('service web', '{.spec.clusterIP}')
    await ok('delete pod a')
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(`http://${clusterIp}`)))
    assert.deepEqual([...new Set(answers)], ['200 b'])
    const { node = 0 } = cluster.processes()
    process.kill(node, 'SIGKILL')
    await until(
      'the next agent hands on',
      async () => cluster.processes()['node'] !== node && (await ask(`http://${clusterIp}`)) === '200 b',
    )
  })

  it('say on the node what they cannot do', async () => {
    assert.match(await condition(), /^pods are plain processes: .* network policies are not in force;/)
  })
})
