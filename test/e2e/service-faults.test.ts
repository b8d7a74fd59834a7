import assert from 'node:assert/strict'
import { get } from 'node:http'
import { removeCluster, testCluster } from './cluster.ts'

const backend = {
  apiVersion: 'v1',
  kind: 'List',
  items: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'backend-service' },
      spec: { selector: { app: 'backend' }, ports: [{ port: 80, targetPort: 'http' }] },
    },
    ...['one', 'two'].map(name => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, labels: { app: 'backend' } },
      spec: {
        containers: [
          {
            name: 'nginx',
            image: 'nginx',
            command: ['sh', '-c', 'hostname > /usr/share/nginx/html/index.html; exec nginx -g "daemon off;"'],
            ports: [{ name: 'http', containerPort: 80 }],
            readinessProbe: { httpGet: { port: 'http' }, periodSeconds: 1 },
          },
        ],
      },
    })),
  ],
}

/** The body of an answer over a connection of its own, or the code of what went wrong. */
const ask = (url: string): Promise<string> =>
  new Promise(resolve => {
    const request = get(url, { agent: false, timeout: 10_000 }, response => {
      let body = ''
      response.on('data', chunk => (body += String(chunk)))
      response.on('error', error => resolve(error.message))
      response.on('end', () => resolve(body.trim()))
    })
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', error => resolve('code' in error ? String(error.code) : error.message))
  })

const clients = 4

describe('under load, a service', function () {
  this.timeout(240_000)
  const cluster = testCluster()
  const { ok, periplus } = cluster
  let url = ''

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
    await ok('create -f -', JSON.stringify(backend))
    await ok('wait --for=condition=Ready pod --all --timeout=90s')
    url = `http://${await ok('get service backend-service -o jsonpath={.spec.clusterIP}')}`
  })
  after(() => removeCluster(cluster))

  /** What clients that ask all the time are answered while something happens, and for as long again as the answers show it. */
  const during = async (happens: () => Promise<void>, until: (answers: readonly string[]) => boolean) => {
    const answers: string[] = []
    let asking = true
    const load = async (): Promise<void> => {
      while (asking) answers.push(await ask(url))
    }
    const all = Promise.all(Array.from({ length: clients }, load))
    while (new Set(answers).size < 2) await new Promise(resolve => setTimeout(resolve, 10))
    await happens()
    const from = answers.length
    while (!until(answers.slice(from))) await new Promise(resolve => setTimeout(resolve, 10))
    asking = false
    await all
    return answers
  }
  const failures = (answers: readonly string[]): readonly string[] =>
    answers.filter(answer => answer !== 'one' && answer !== 'two')

  it('fails no request but those that a killed pod had at that moment', async () => {
    const answers = await during(
      async () => void (await ok('delete pod one --grace-period=0 --force')),
      since => since.length > 500,
    )
    assert.ok(failures(answers).length <= clients, `${failures(answers).length} failed`)
    assert.deepEqual([...new Set(answers.slice(-100))], ['two'])
  })

  it('is found by its name while what answers names is killed', async () => {
    const loop =
      'i=0; while [ $i -lt 100 ]; do wget -qO- http://backend-service >/dev/null && echo yes || echo no; i=$((i+1)); sleep 0.05; done'
    await ok(['run', 'asker', '--image=busybox', '--restart=Never', '--', 'sh', '-c', loop])
    await ok('wait --for=jsonpath={.status.phase}=Running pod/asker --timeout=60s')
    process.kill(cluster.processes()['node'] ?? NaN, 'SIGKILL')
    await ok('wait --for=jsonpath={.status.phase}=Succeeded pod/asker --timeout=120s')
    const answers = (await ok('logs asker')).trim().split('\n')
    assert.deepEqual([...new Set(answers)], ['yes'])
    assert.equal(answers.length, 100)
  })
})
