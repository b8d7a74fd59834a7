import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { connectBus } from '@periplus/bus'
import { E } from '@periplus/prelude'
import { nodeSubjects } from '@periplus/runtime'
import { until } from '../faults/until.ts'
import { removeCluster, testCluster } from './cluster.ts'

/** Shows a ConfigMap and a Secret, of which the first may come later. */
const pod = (said: string): unknown => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        ...{ name: 'c', image: 'busybox', command: ['sh', '-c', `echo ${said}; exec sleep 100000`] },
        env: [{ name: 'WORD', valueFrom: { secretKeyRef: { name: 'words', key: 'word' } } }],
        volumeMounts: [{ name: 'settings', mountPath: '/settings' }],
      },
    ],
    volumes: [{ name: 'settings', configMap: { name: 'settings' } }],
  },
})

describe('a cluster whose nodes read what concerns them', function () {
  this.timeout(240_000)
  const cluster = testCluster({
    PERIPLUS_NODE_FEED: '1',
    PERIPLUS_RUNTIME: 'process',
    PERIPLUS_POD_CIDR: '10.247.2.0/24',
  })
  const { ok, periplus, processes, home } = cluster
  const inPod = (line: string): Promise<string> => ok(['exec', 'web', '--', 'sh', '-c', line])

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
  })
  after(() => removeCluster(cluster))

  it('runs a pod with what it names, which may come after it and change', async () => {
    await ok('create secret generic words --from-literal=word=sealed')
    await ok('create -f -', JSON.stringify(pod('first')))
    await until('the pod waits for its ConfigMap', async () =>
      (await ok('get events -o=jsonpath={.items[*].message}')).includes('configmap "settings" not found'),
    )
    await ok('create configmap settings --from-literal=k=one')
    await ok('wait --for=condition=Ready pod/web --timeout=90s')
    assert.equal(await inPod('echo $WORD; cat /settings/k'), 'sealed\none')
    await ok(['patch', 'configmap', 'settings', '-p', '{"data":{"k":"two"}}'])
    await until('the file changes', async () => (await inPod('cat /settings/k')) === 'two', 90_000)
    assert.equal(await ok('get pod web -o=jsonpath={.status.containerStatuses[0].restartCount}'), '0')
  })

  it('ends a pod that is deleted and runs another one of its name, also while neither control plane nor node is there', async () => {
    await ok('delete pod web')
    await ok('create -f -', JSON.stringify(pod('second')))
    await ok('wait --for=condition=Ready pod/web --timeout=90s')
    assert.equal(await ok('logs web'), 'second\n')
    const uid = await ok('get pod web -o=jsonpath={.metadata.uid}')
    const before = processes()
    for (const name of ['node', 'control-plane']) {
      process.kill(before[name] ?? assert.fail(name), 'SIGKILL')
      await until(
        `${name} is another process`,
        () => processes()[name] !== undefined && processes()[name] !== before[name],
      )
    }
    await until('the API answers again', async () => (await ok('get pod web -o=jsonpath={.metadata.uid}')) === uid)
    await ok(['patch', 'configmap', 'settings', '-p', '{"data":{"k":"three"}}'])
    await until('the file changes again', async () => (await inPod('cat /settings/k')) === 'three', 120_000)
    // Plain processes do not outlive a node that is killed; the pod is the same.
    assert.equal(await ok('get pod web -o=jsonpath={.metadata.uid}'), uid)
    await ok('delete pod web')
    assert.equal(await ok('get pods -o=name'), '')
  })

  it('gives the node no right to the log', async () => {
    const node = await ok('get nodes -o=jsonpath={.items[0].metadata.name}')
    const line = (file: string): string => readFileSync(join(home, 'nats', file), 'utf8').trim()
    const bus = await connectBus({
      ...{ servers: `127.0.0.1:${line('nats.port')}`, user: 'node', password: line('nats.node-password') },
      ...{ name: 'node', inboxPrefix: nodeSubjects(node).inbox },
    })
    assert.ok(E.isRight(bus))
    for (const subject of [
      '$JS.API.STREAM.INFO.OBJECTS',
      '$JS.API.CONSUMER.CREATE.OBJECTS',
      '$JS.API.STREAM.INFO.NODES',
    ])
      assert.ok(E.isLeft(await bus.right.request(subject, new Uint8Array(), { timeoutMilliseconds: 500 })), subject)
    assert.ok(E.isRight(await bus.right.request('$JS.API.STREAM.INFO.LOGS', new Uint8Array())))
    await bus.right.close()
  })
})
