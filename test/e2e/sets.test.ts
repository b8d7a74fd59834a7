import assert from 'node:assert/strict'
import { removeCluster, testCluster } from './cluster.ts'

const daemonSet = `
apiVersion: apps/v1
kind: DaemonSet
metadata: { name: fluentd-elasticsearch, namespace: kube-system, labels: { k8s-app: fluentd-logging } }
spec:
  selector: { matchLabels: { name: fluentd-elasticsearch } }
  template:
    metadata: { labels: { name: fluentd-elasticsearch } }
    spec:
      tolerations:
      - { key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule }
      containers:
      - name: fluentd-elasticsearch
        image: nginx:1.7.9
        resources: { limits: { memory: 200Mi }, requests: { cpu: 100m, memory: 200Mi } }
        volumeMounts: [{ name: varlog, mountPath: /host/log, readOnly: true }]
      terminationGracePeriodSeconds: 1
      volumes: [{ name: varlog, hostPath: { path: /var/log } }]
`

const volume = (number: number, home: string): string => `
apiVersion: v1
kind: PersistentVolume
metadata: { name: pv-${number} }
spec:
  capacity: { storage: 1Gi }
  accessModes: [ReadWriteOnce]
  storageClassName: by-hand
  hostPath: { path: ${home}/volumes/${number}, type: DirectoryOrCreate }
---`

const statefulSet = `
apiVersion: v1
kind: Service
metadata: { name: nginx }
spec: { clusterIP: None, selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: nginx
  replicas: 2
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - { name: nginx, image: "nginx:1.7.9", volumeMounts: [{ name: data, mountPath: /data }] }
  volumeClaimTemplates:
  - metadata: { name: data }
    spec: { accessModes: [ReadWriteOnce], storageClassName: by-hand, resources: { requests: { storage: 1Gi } } }
`

describe('daemon sets and stateful sets', function () {
  this.timeout(180_000)
  const cluster = testCluster()
  const { ok, kubectl } = cluster

  before(async () => {
    const { code, stdout, stderr } = await cluster.periplus('up')
    assert.equal(code, 0, stderr + stdout)
  })
  after(() => removeCluster(cluster))

  it('runs a daemon on the node, and rolls it out and back', async () => {
    const name = 'daemonset/fluentd-elasticsearch'
    const image = () =>
      ok([
        '-n',
        'kube-system',
        'get',
        'pods',
        '-l',
        'name=fluentd-elasticsearch',
        '-o',
        'jsonpath={.items[*].spec.containers[0].image}',
      ])
    const rolledOut = () => ok(`-n kube-system rollout status ${name} --timeout=60s`)
    const { code, stderr } = await kubectl('apply -f -', daemonSet)
    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.match(await rolledOut(), /daemon set "fluentd-elasticsearch" successfully rolled out/)
    assert.match(await ok(`-n kube-system get ${name}`), /fluentd-elasticsearch +1 +1 +1 +1 +1 /)
    await ok(`-n kube-system set image ${name} fluentd-elasticsearch=nginx:1.16.1`)
    await rolledOut()
    assert.equal(await image(), 'nginx:1.16.1')
    assert.match(await ok(`-n kube-system rollout history ${name}`), /REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/)
    await ok(`-n kube-system rollout undo ${name}`)
    await rolledOut()
    assert.equal(await image(), 'nginx:1.7.9')
    assert.match(await ok(`-n kube-system describe ${name}`), /SuccessfulCreate.*Created pod: fluentd-elasticsearch-/)
  })

  it('runs pods with names and claims of their own, which outlive them', async () => {
    const rolledOut = () => ok('rollout status statefulset/web --timeout=90s')
    await ok('create -f -', [0, 1, 2].map(number => volume(number, cluster.home)).join(''))
    const { code, stderr } = await kubectl('apply -f -', statefulSet)
    assert.deepEqual({ code, stderr: stderr.replace(/^.*Service.*\n/, '') }, { code: 0, stderr: '' })
    await rolledOut()
    assert.equal(await ok('get pods -l app=web -o name'), 'pod/web-0\npod/web-1\n')
    assert.equal(await ok('exec web-1 -- hostname'), 'web-1\n')
    await ok(['exec', 'web-0', '--', 'sh', '-c', 'echo kept > /data/file'])
    await ok('scale statefulset/web --replicas=3')
    await rolledOut()
    await ok('set image statefulset/web nginx=nginx:1.16.1')
    await rolledOut()
    assert.equal(await ok('exec web-0 -- cat /data/file'), 'kept\n')
    assert.match(await ok('rollout history statefulset/web'), /REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n/)
    await ok('rollout undo statefulset/web')
    await rolledOut()
    const images = ['get', 'pods', '-l', 'app=web', '-o', 'jsonpath={.items[*].spec.containers[0].image}']
    assert.equal(await ok(images), 'nginx:1.7.9 nginx:1.7.9 nginx:1.7.9')
    await ok('scale statefulset/web --replicas=1')
    await ok('wait --for=jsonpath={.status.replicas}=1 --timeout=60s statefulset/web')
    assert.equal(await ok('get pods -l app=web -o name'), 'pod/web-0\n')
    assert.equal((await ok('get pvc -o name')).split('\n').length, 4)
  })
})
