import assert from 'node:assert/strict'
import { request } from 'node:http'
import { removeCluster, testCluster } from './cluster.ts'

const service = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
})

/** The first line of what answers at a local port. */
const titleAt = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/' }, response => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject)
    sent.end()
  })

describe('addresses, endpoints and proxied requests of services', function () {
  this.timeout(180_000)
  const cluster = testCluster({ PERIPLUS_LB_POOL: '198.51.100.8/29' })
  const { ok, kubectl, periplus } = cluster
  const of = (name: string, path: string): Promise<string> => ok(`get service ${name} -o jsonpath={${path}}`)
  const proxied = (path: string): Promise<string> => ok(`get --raw /api/v1/namespaces/default/${path}`)

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await ok('create deployment web --image=nginx --replicas=2')
    await ok('expose deployment web --port=80')
    await ok('rollout status deployment/web --timeout=60s')
  })
  after(() => removeCluster(cluster))

  it('have an address that is theirs alone, and free it when they go', async () => {
    const ip = await of('web', '.spec.clusterIP')
    assert.equal(await ok(`get ipaddress ${ip} -o jsonpath={.spec.parentRef.name}`), 'web')
    const twice = await kubectl('create -f -', JSON.stringify(service('twice', { clusterIP: ip })))
    assert.match(twice.stderr, /failed to allocate IP .*: provided IP is already allocated/)
    await ok('create -f -', JSON.stringify(service('brief', {})))
    const brief = await of('brief', '.spec.clusterIP')
    await ok('delete service brief')
    assert.notEqual((await kubectl(`get ipaddress ${brief}`)).code, 0)
    await ok('create -f -', JSON.stringify(service('again', { clusterIP: brief })))
  })

  it('get ports of the nodes and addresses of load balancers with their type, and lose them with it', async () => {
    await ok(['patch', 'service', 'again', '-p', '{"spec":{"type":"LoadBalancer"}}'])
    await ok('wait --for=jsonpath={.status.loadBalancer.ingress[0].ip} service/again --timeout=30s')
    assert.match(await of('again', '.status.loadBalancer.ingress[0].ip'), /^198\.51\.100\./)
    assert.match(await of('again', '.spec.ports[0].nodePort'), /^3[0-2]\d{3}$/)
    await ok(['patch', 'service', 'again', '-p', '{"spec":{"externalTrafficPolicy":"Local"}}'])
    const health = Number(await of('again', '.spec.healthCheckNodePort'))
    while (!(await titleAt(health).catch(() => '')).includes('"localEndpoints":2'))
      await new Promise(resolve => setTimeout(resolve, 50))
    await ok(['patch', 'service', 'again', '-p', '{"spec":{"type":"ClusterIP"}}'])
    assert.equal(await of('again', '.spec.ports[0].nodePort'), '')
    assert.equal(await of('again', '.status.loadBalancer.ingress'), '')
  })

  it('lead to their pods, as slices and Endpoints say', async () => {
    const slices =
      'get endpointslices -l kubernetes.io/service-name=web -o jsonpath={.items[*].endpoints[*].targetRef.name}'
    const pods = (await ok('get pods -l app=web -o jsonpath={.items[*].metadata.name}')).split(' ').sort()
    assert.deepEqual((await ok(slices)).split(' ').sort(), pods)
    const addresses = await ok('get endpoints web -o jsonpath={.subsets[*].addresses[*].ip}')
    assert.equal(addresses.split(' ').length, 2)
    const { stdout } = await periplus('why', 'service/web')
    for (const pod of pods) assert.match(stdout, new RegExp(`${pod} +in +it is selected and ready`))
  })

  it('and their pods are reached through the API server', async () => {
    const [pod = ''] = (await ok('get pods -l app=web -o jsonpath={.items[*].metadata.name}')).split(' ')
    for (const path of [
      'services/web/proxy/',
      'services/web:80/proxy/',
      `pods/${pod}/proxy/`,
      `pods/http:${pod}:80/proxy/`,
    ])
      assert.match(await proxied(path), /Welcome to nginx/, path)
    assert.match(
      (await kubectl(`get --raw /api/v1/namespaces/default/services/web:81/proxy/`)).stderr,
      /no service port 81/,
    )
    const node = await ok('get nodes -o jsonpath={.items[0].metadata.name}')
    assert.equal(await ok(`get --raw /api/v1/nodes/${node}/proxy/healthz`), 'ok')
    const forwarding = cluster.start('kubectl', ['port-forward', 'service/web', ':80'])
    try {
      const port = await new Promise<number>((resolve, reject) => {
        forwarding.stdout?.on('data', (line: Buffer) => {
          const [, found] = /127\.0\.0\.1:(\d+) ->/.exec(line.toString()) ?? []
          if (found !== undefined) resolve(Number(found))
        })
        forwarding.on('exit', code => reject(new Error(`port-forward ended with ${code}`)))
      })
      assert.match(await titleAt(port), /Welcome to nginx/)
    } finally {
      forwarding.kill()
    }
  })

  it('leave decisions that are taken again identically', async () => {
    const { stdout } = await periplus('replay')
    const [, decisions, identical] = /(\d+) decisions, (\d+) identical/.exec(stdout) ?? []
    assert.ok(Number(decisions) > 0)
    assert.equal(identical, decisions, stdout)
  })
})
