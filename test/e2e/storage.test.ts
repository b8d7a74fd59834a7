import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exampleDriver } from '@periplus/csi/contract'
import type { ExampleDriver } from '@periplus/csi/contract'
import { removeCluster, testCluster } from './cluster.ts'

/** The page "Configure a Pod to Use a PersistentVolume for Storage", with another directory. */
const taskPage = (path: string): string => `
apiVersion: v1
kind: PersistentVolume
metadata:
  name: task-pv-volume
  labels:
    type: local
spec:
  storageClassName: manual
  capacity:
    storage: 10Gi
  accessModes:
    - ReadWriteOnce
  hostPath:
    path: ${path}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: task-pv-claim
spec:
  storageClassName: manual
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 3Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: task-pv-pod
spec:
  volumes:
    - name: task-pv-storage
      persistentVolumeClaim:
        claimName: task-pv-claim
  containers:
    - name: task-pv-container
      image: nginx
      ports:
        - containerPort: 80
          name: "http-server"
      volumeMounts:
        - mountPath: "/usr/share/nginx/html"
          name: task-pv-storage
`

/** One that keeps what it writes in a claim of no class, as databases do, and has room of its own besides. */
const keeper = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: kept
spec:
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: keeper
spec:
  strategy:
    type: Recreate
  selector:
    matchLabels:
      app: keeper
  template:
    metadata:
      labels:
        app: keeper
    spec:
      terminationGracePeriodSeconds: 0
      securityContext:
        runAsUser: 1000
        fsGroup: 2000
      volumes:
        - name: kept
          persistentVolumeClaim:
            claimName: kept
        - name: scratch
          ephemeral:
            volumeClaimTemplate:
              spec:
                accessModes: [ReadWriteOnce]
                resources:
                  requests:
                    storage: 1Mi
      containers:
        - name: main
          image: busybox
          command: [sh, -c, 'echo run >> /kept/runs; cp /kept/runs /scratch/; wc -l < /scratch/runs; exec sleep 3600']
          volumeMounts:
            - mountPath: /kept
              name: kept
            - mountPath: /scratch
              name: scratch
`

/** What it writes at each start is still there at the next one, for each of its pods. */
const members = `
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: nginx
  replicas: 2
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: nginx
          image: nginx
          command: [sh, -c, 'hostname >> /usr/share/nginx/html/index.html; exec sleep 3600']
          volumeMounts:
            - name: www
              mountPath: /usr/share/nginx/html
  volumeClaimTemplates:
    - metadata:
        name: www
      spec:
        accessModes: [ReadWriteOnce]
        resources:
          requests:
            storage: 1Gi
`

/** A volume of a storage driver, a claim to it, and a pod that writes to it. */
const ofDriver = `
apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata:
  name: disks.example.com
spec:
  podInfoOnMount: true
---
apiVersion: v1
kind: PersistentVolume
metadata:
  name: disk
spec:
  storageClassName: disks
  capacity:
    storage: 1Gi
  accessModes: [ReadWriteOnce]
  csi:
    driver: disks.example.com
    volumeHandle: disk-1
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: disk
spec:
  storageClassName: disks
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Gi
---
apiVersion: v1
kind: Pod
metadata:
  name: writer
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: main
      image: busybox
      command: [sh, -c, 'echo written > /disk/said; exec sleep 3600']
      volumeMounts:
        - mountPath: /disk
          name: disk
  volumes:
    - name: disk
      persistentVolumeClaim:
        claimName: disk
`

/** A device of the node as a volume, and a pod that writes to it. */
const blockPage = (device: string, node: string): string => `
apiVersion: v1
kind: PersistentVolume
metadata:
  name: block
spec:
  storageClassName: blocks
  volumeMode: Block
  capacity:
    storage: 1Mi
  accessModes: [ReadWriteOnce]
  local:
    path: ${device}
  nodeAffinity:
    required:
      nodeSelectorTerms:
        - matchFields:
            - {key: metadata.name, operator: In, values: [${node}]}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: block
spec:
  storageClassName: blocks
  volumeMode: Block
  accessModes: [ReadWriteOnce]
  resources:
    requests:
      storage: 1Mi
---
apiVersion: v1
kind: Pod
metadata:
  name: block
spec:
  restartPolicy: Never
  containers:
    - name: main
      image: busybox
      command: [sh, -c, 'test -b /dev/data && echo a block | dd of=/dev/data && sync']
      volumeDevices:
        - devicePath: /dev/data
          name: data
  volumes:
    - name: data
      persistentVolumeClaim:
        claimName: block
`

/** What a storage driver in a container does: its mounts are to be seen by the node. */
const mounter = `
apiVersion: v1
kind: Pod
metadata:
  name: mounter
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: main
      image: busybox
      securityContext:
        privileged: true
      command: [sh, -c, 'mkdir -p /var/lib/kubelet/plugins/m && mount -t tmpfs m /var/lib/kubelet/plugins/m && touch /var/lib/kubelet/plugins/m/seen && sleep 3600']
      readinessProbe:
        exec:
          command: [ls, /var/lib/kubelet/plugins/m/seen]
        periodSeconds: 1
      volumeMounts:
        - mountPath: /var/lib/kubelet/plugins
          name: plugins
          mountPropagation: Bidirectional
  volumes:
    - name: plugins
      hostPath:
        path: /var/lib/kubelet/plugins
`

interface Summary {
  readonly node: { readonly cpu: { readonly usageNanoCores: number }; readonly fs: { readonly usedBytes: number } }
  readonly pods: readonly {
    readonly podRef: { readonly name: string }
    readonly network: { readonly name: string }
    readonly volume: readonly { readonly usedBytes: number; readonly pvcRef?: { readonly name: string } }[]
  }[]
}

describe('storage', function () {
  this.timeout(120_000)
  const cluster = testCluster()
  const { ok, kubectl, periplus } = cluster
  const field = (what: string, path: string): Promise<string> =>
    ok(['get', ...what.split(' '), '-o', `jsonpath=${path}`])
  const gone = (what: string): Promise<string> => ok(`wait --for=delete ${what} --timeout=60s`)
  let directory = ''
  let driver: ExampleDriver | undefined

  before(async () => {
    const { code, stdout, stderr } = await periplus('up')
    assert.equal(code, 0, stderr + stdout)
  })
  after(async () => {
    await driver?.close()
    await removeCluster(cluster)
  })

  it('serves the page about PersistentVolumes', async () => {
    const path = join(cluster.home, 'mnt-data')
    mkdirSync(path)
    writeFileSync(join(path, 'index.html'), 'Hello from Kubernetes storage\n')
    const made = await kubectl('apply -f -', taskPage(path))
    assert.deepEqual([made.code, made.stderr], [0, ''])
    await ok('wait --for=condition=Ready pod/task-pv-pod --timeout=60s')
    assert.match(
      await ok('get pv task-pv-volume'),
      /task-pv-volume +10Gi +RWO +Retain +Bound +default\/task-pv-claim +manual /,
    )
    assert.match(await ok('get pvc task-pv-claim'), /task-pv-claim +Bound +task-pv-volume +10Gi +RWO +manual /)
    assert.match(await ok('describe pvc task-pv-claim'), /Used By: +task-pv-pod\n/)
    assert.match(await ok('describe pv task-pv-volume'), new RegExp(`HostPath .*\\n +Path: +${path}\\n`))
    const read = await ok('exec task-pv-pod -- cat /usr/share/nginx/html/index.html')
    assert.equal(read, 'Hello from Kubernetes storage\n')
    assert.match((await periplus('why', 'pvc/task-pv-claim')).stdout, /task-pv-volume is the smallest that will do/)
  })

  it('keeps a claim while a pod uses it, and a volume while a claim has it; Retain keeps the data', async () => {
    await ok('delete pv task-pv-volume --wait=false')
    await ok('delete pvc task-pv-claim --wait=false')
    assert.match(await ok('get pvc task-pv-claim'), /task-pv-claim +Terminating /)
    assert.match(await ok('get pv task-pv-volume'), / Terminating /)
    await ok('delete pod task-pv-pod --grace-period=0 --force')
    await gone('pvc/task-pv-claim')
    await gone('pv/task-pv-volume')
    assert.ok(existsSync(join(cluster.home, 'mnt-data/index.html')))
  })

  it('gives each pod of a StatefulSet storage of its own that outlives it', async () => {
    const ready = async (): Promise<void> => {
      await ok('rollout status statefulset/web --timeout=60s')
      await ok('wait --for=condition=Ready pod/web-0 pod/web-1 --timeout=60s')
    }
    await ok('apply -f -', members)
    await ready()
    await ok('delete pods -l app=nginx')
    await ready()
    for (const name of ['web-0', 'web-1']) {
      const volume = await field(`pvc www-${name}`, '{.spec.volumeName}')
      const path = await field(`pv ${volume}`, '{.spec.local.path}')
      assert.equal(readFileSync(join(path, 'index.html'), 'utf8'), `${name}\n${name}\n`)
    }
    await ok('delete statefulset web')
    await ok('delete pvc www-web-0 www-web-1')
    await ok('wait --for=delete pv --all --timeout=90s')
  })

  it('makes a directory for a claim that names no class', async () => {
    assert.match(
      await ok('get sc'),
      /local-path \(default\) +periplus.io\/local-path +Delete +WaitForFirstConsumer +true /,
    )
    await ok('apply -f -', keeper)
    await ok('rollout status deployment/keeper --timeout=60s')
    const volume = await field('pvc kept', '{.spec.volumeName}')
    directory = await field(`pv ${volume}`, '{.spec.local.path}')
    assert.equal(readFileSync(join(directory, 'runs'), 'utf8'), 'run\n')
    assert.equal(readdirSync(join(directory, '..')).length, 2)
  })

  it('keeps the data through another pod, and through down and up', async () => {
    await ok('rollout restart deployment/keeper')
    await ok('rollout status deployment/keeper --timeout=60s')
    assert.equal(readFileSync(join(directory, 'runs'), 'utf8'), 'run\n'.repeat(2))
    assert.equal((await periplus('down')).code, 0)
    assert.equal(readFileSync(join(directory, 'runs'), 'utf8'), 'run\n'.repeat(2))
    assert.equal((await periplus('up')).code, 0)
    await ok('rollout restart deployment/keeper')
    await ok('rollout status deployment/keeper --timeout=60s')
    assert.match(await ok('logs deployment/keeper'), /^[34]\n$/)
  })

  it('lets the claim grow', async () => {
    await ok(['patch', 'pvc', 'kept', '-p', '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'])
    await ok(['wait', '--for=jsonpath={.status.capacity.storage}=2Gi', 'pvc/kept', '--timeout=30s'])
  })

  it('removes the directories with their claims', async () => {
    const volume = await field('pvc kept', '{.spec.volumeName}')
    await ok('delete deployment keeper')
    await ok('delete pvc kept')
    await gone(`pv/${volume}`)
    await ok('wait --for=delete pv --all --timeout=90s')
    assert.deepEqual(readdirSync(join(directory, '..')), [])
  })

  it('brings volumes of storage drivers, attached by theirs, through the end of the node agent, and gives them back', async () => {
    const kubelet = join(cluster.home, 'nodes', await field('node', '{.items[0].metadata.name}'), 'var/lib/kubelet')
    const plugin = join(kubelet, 'plugins/disks.example.com')
    mkdirSync(plugin)
    driver = await exampleDriver({
      name: 'disks.example.com',
      socket: join(plugin, 'csi.sock'),
      registration: join(kubelet, 'plugins_registry/disks.example.com-reg.sock'),
      data: join(cluster.home, 'disks'),
      capabilities: ['stage', 'stats'],
    })
    await driver.when(({ method }) => method === 'NotifyRegistrationStatus')
    assert.deepEqual(driver.told, [''])
    assert.match(await ok('get csinode'), / 1 /)
    await ok('apply -f -', ofDriver)
    await ok('wait --for=create volumeattachment --all --timeout=60s')
    const attachment = await field('volumeattachment', '{.items[0].metadata.name}')
    const attached = '{"status":{"attached":true}}'
    await ok(['patch', 'volumeattachment', attachment, '--subresource=status', '--type=merge', '-p', attached])
    await ok('wait --for=condition=Ready pod/writer --timeout=60s')
    assert.equal(readFileSync(join(cluster.home, 'disks/disk-1/said'), 'utf8'), 'written\n')
    assert.match(
      await ok('describe pod writer'),
      /SuccessfulAttachVolume +.*AttachVolume.Attach succeeded for volume "disk"/,
    )
    const name = await field('node', '{.items[0].metadata.name}')
    const summary = JSON.parse(await ok(['get', '--raw', `/api/v1/nodes/${name}/proxy/stats/summary`])) as Summary
    const written = summary.pods.find(({ podRef }) => podRef.name === 'writer')
    assert.ok(summary.node.cpu.usageNanoCores > 0 && summary.node.fs.usedBytes > 0)
    assert.equal(written?.network.name, 'eth0')
    assert.equal(written?.volume.find(({ pvcRef }) => pvcRef?.name === 'disk')?.usedBytes, 40)
    process.kill(cluster.processes()['node']!, 'SIGKILL')
    await driver.when(() => driver?.told.length === 2)
    await ok('delete pod writer')
    await gone(`volumeattachment/${attachment}`)
    assert.deepEqual(
      driver.asked.map(({ method }) => method).filter(method => /Volume$/.test(method)),
      // The agent that began asked again, as it may.
      ['NodeStageVolume', 'NodePublishVolume', 'NodeStageVolume', 'NodePublishVolume'].concat([
        'NodeUnpublishVolume',
        'NodeUnstageVolume',
      ]),
    )
    await ok('delete pvc,pv disk')
  })

  it('gives a pod a device that a claim is', async () => {
    const image = join(cluster.home, 'device.img')
    writeFileSync(image, Buffer.alloc(2 ** 20))
    const { stdout } = await cluster.shell(`losetup --find --show ${image}`)
    const device = stdout.trim()
    try {
      await ok('apply -f -', blockPage(device, await field('node', '{.items[0].metadata.name}')))
      await ok('wait --for=jsonpath={.status.phase}=Succeeded pod/block --timeout=60s')
      assert.equal(readFileSync(device).subarray(0, 8).toString(), 'a block\n')
      await ok('delete pod,pvc,pv block')
    } finally {
      await cluster.shell(`losetup --detach ${device}`)
    }
  })

  it('shows on the node what a storage driver in a container mounts', async () => {
    await ok('apply -f -', mounter)
    await ok('wait --for=condition=Ready pod/mounter --timeout=60s')
    const kubelet = join(cluster.home, 'nodes', await field('node', '{.items[0].metadata.name}'), 'var/lib/kubelet')
    assert.deepEqual(readdirSync(join(kubelet, 'plugins/m')), ['seen'])
    await ok('delete pod mounter')
  })
})
