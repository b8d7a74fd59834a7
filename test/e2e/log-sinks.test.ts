import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { httpRecorder } from '@periplus/logs/contract'
import type { HttpRecorder } from '@periplus/logs/contract'
import { temporaryRedis } from '@periplus/service'
import type { LocalRedis, Temporary } from '@periplus/service'
import { removeCluster, root, testCluster } from './cluster.ts'

const lines = 600
const counter = `i=0; while [ $i -lt ${lines} ]; do i=$((i+1)); echo "line $i"; sleep 0.02; done; sleep 3600`

const pod = (namespace: string) => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'counter', namespace, labels: { app: 'counter' } } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'count', image: 'busybox:1.36', command: ['sh', '-c', counter] }],
  },
})

const sink = (namespace: string | undefined, name: string, backend: object) => ({
  apiVersion: 'logs.periplus.io/v1alpha1',
  kind: namespace === undefined ? 'ClusterLogSink' : 'LogSink',
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  spec: { selector: { matchLabels: { app: 'counter' } }, backend, batch: { maxWaitMilliseconds: 100 } },
})

const upTo = (last: number): readonly string[] => Array.from({ length: last }, (_, i) => `line ${i + 1}`)

describe('log sinks', function () {
  this.timeout(180_000)
  const cluster = testCluster({
    PERIPLUS_LOG_SINK_NETWORKS: '127.0.0.0/8',
    PERIPLUS_LOG_BACKENDS: join(root, 'deploy/examples/log-backend/index.js'),
  })
  const { ok, kubectl, periplus } = cluster
  let redis: Temporary<LocalRedis>
  let client: Redis
  let http: HttpRecorder
  let own: HttpRecorder
  const apply = (object: object): Promise<string> => ok('apply -f -', JSON.stringify(object))
  const messages = (recorder: HttpRecorder, field: string): readonly string[] =>
    recorder.accepted.flatMap(({ body }) =>
      body
        .toString()
        .split('\n')
        .filter(line => line !== '')
        .map(line => String((JSON.parse(line) as Record<string, unknown>)[field])),
    )
  const inRedis = async (): Promise<readonly string[]> =>
    (await client.xrange('logs', '-', '+')).map(([, fields]) => fields[fields.indexOf('message') + 1] ?? '')
  const distinct = (texts: readonly string[]): readonly string[] => [...new Set(texts)]

  before(async () => {
    const takes = httpRecorder((_, response, accept) => {
      accept()
      response.writeHead(204).end()
    })
    http = await takes
    own = await httpRecorder((_, response, accept) => {
      accept()
      response.writeHead(200).end()
    })
    redis = await temporaryRedis()
    client = new Redis(redis.server.url)
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
  })
  after(async () => {
    client.disconnect()
    await redis.dispose()
    await http.close()
    await own.close()
    await removeCluster(cluster)
  })

  it('run nothing where there are none', async () => {
    assert.match((await kubectl('get logsinks')).stderr, /No resources found in default namespace/)
    assert.equal(cluster.processes()['log-router'], undefined)
  })

  it('lose no line when the router is killed', async () => {
    await ok('create namespace shop')
    await ok(['create', 'secret', 'generic', 'redis', '-n', 'shop', `--from-literal=password=${redis.server.password}`])
    const url = `redis://127.0.0.1:${redis.server.port}`
    const credentialsRef = { name: 'redis' }
    await apply(sink('shop', 'to-redis', { name: 'redis', config: { url, key: 'logs' }, credentialsRef }))
    await apply(sink('shop', 'to-http', { name: 'webhook', config: { url: http.url } }))
    await apply(sink(undefined, 'to-own', { name: 'periplus-log-victorialogs', config: { url: `${own.url}/` } }))
    await apply(pod('shop'))
    for (const number of [100, 300]) {
      await http.until(() => distinct(messages(http, 'message')).length >= number)
      const router = cluster.processes()['log-router']
      assert.ok(router)
      process.kill(router, 'SIGKILL')
      while (cluster.processes()['log-router'] === router) await new Promise(resolve => setTimeout(resolve, 50))
    }
    await http.until(() => distinct(messages(http, 'message')).length >= lines)
    await own.until(() => distinct(messages(own, '_msg')).length >= lines)
    while (distinct(await inRedis()).length < lines) await new Promise(resolve => setTimeout(resolve, 100))
    for (const got of [messages(http, 'message'), messages(own, '_msg'), await inRedis()])
      assert.deepEqual(distinct(got), upTo(lines))
  })

  it('are told of by kubectl', async () => {
    await ok(['wait', '--for=jsonpath={.status.delivered}', '-n', 'shop', '--timeout=60s', 'logsink/to-redis'])
    await ok('wait --for=condition=Ready --timeout=60s -n shop logsink --all')
    const table = await ok('get logsinks -n shop')
    assert.match(table, /^NAME +BACKEND +READY +LAG +DELIVERED +DROPPED +AGE\n/)
    assert.match(table, /\nto-http +webhook +True +\d+ +\d+ +0 +\d+s\n/)
    assert.match(table, /\nto-redis +redis +True +\d+ +\d+ +0 +\d+s\n/)
    assert.match(await ok('get clusterlogsinks'), /\nto-own +periplus-log-victorialogs +True /)
  })

  it('are refused with what is wrong in them', async () => {
    const bad = {
      ...sink('shop', 'bad', { name: 'webhook' }),
      spec: { backend: { name: 'webhook' }, filters: [{ add: {}, remove: [] }] },
    }
    const refused = await kubectl('apply -f -', JSON.stringify(bad))
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /spec\.filters\[0\]/)
    await apply(sink('shop', 'incomplete', { name: 'webhook', config: { urll: 'x' } }))
    await ok(['wait', '--for=condition=Ready=false', '-n', 'shop', '--timeout=60s', 'logsink/incomplete'])
    const path = 'jsonpath={.status.conditions[0].reason}: {.status.conditions[0].message}'
    assert.equal(
      await ok(['get', 'logsink', 'incomplete', '-n', 'shop', '-o', path]),
      'InvalidConfig: spec.backend.config.url: is required; spec.backend.config.urll: is not known',
    )
  })
})
