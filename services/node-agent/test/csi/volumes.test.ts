import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { failing } from '@periplus/csi/contract'
import {
  CSIDriver,
  CSINode,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  VolumeAttachment,
  attachmentName,
} from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { csiDirectory } from '../../src/files/layout.ts'
import { mountPoints } from '../../src/volumes/mounting.ts'
import { bindVolume, csiWorld, driverName, nodeName, podWith } from './world.ts'
import type { CsiWorld } from './world.ts'

const right = <A>(answer: Either<unknown, A>): A => {
  if (E.isLeft(answer)) throw new Error(JSON.stringify(answer.left))
  return answer.right
}
const handle = 'disk-1'

describe('volumes of storage drivers', () => {
  let world: CsiWorld
  beforeEach(async () => void (world = await csiWorld()))
  afterEach(() => world.close())

  const csiNode = () => world.cut.get(CSINode, '', nodeName)
  const registered = () => world.until(() => csiNode()?.spec.drivers.some(({ name }) => name === driverName) ?? false)
  const mounts = async (): Promise<readonly string[]> =>
    (await mountPoints()).filter(path => path.startsWith(`${world.places.root}/`))
  const target = (uid: string, name = 'pv-1'): string => join(csiDirectory(world.places, uid, name), 'mount')
  const methods = (asked: readonly { readonly method: string }[]): readonly string[] =>
    asked.map(({ method }) => method).filter(method => /Volume$/.test(method))
  const attach = async (status: VolumeAttachment['status']): Promise<void> => {
    const name = attachmentName(handle, driverName, nodeName)
    await world.create(VolumeAttachment, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name },
      spec: { attacher: driverName, nodeName, source: { persistentVolumeName: 'pv-1' } },
    })
    await world.run({
      verb: 'patch',
      kind: VolumeAttachment,
      ref: { group: VolumeAttachment.group, resource: VolumeAttachment.resource, namespace: '', name },
      subresource: 'status',
      patch: { type: 'merge', body: { status } },
    })
  }

  it('come from drivers that the node has found, whom the cluster is told of', async () => {
    const driver = await world.driver({ mostVolumes: 3, segments: { 'topology.example.com/zone': 'z1' } })
    await registered()
    await driver.when(({ method }) => method === 'NotifyRegistrationStatus')
    assert.deepEqual(csiNode()?.spec.drivers, [
      {
        name: driverName,
        nodeID: 'the-node',
        topologyKeys: ['topology.example.com/zone'],
        allocatable: { count: 3 },
      },
    ])
    const node = world.cut.get(Node, '', nodeName)
    assert.equal(
      node?.metadata.annotations?.['csi.volume.kubernetes.io/nodeid'],
      JSON.stringify({ [driverName]: 'the-node' }),
    )
    assert.equal(node?.metadata.labels?.['topology.example.com/zone'], 'z1')
    assert.deepEqual(csiNode()?.metadata.ownerReferences?.[0]?.uid, node?.metadata.uid)
    await driver.close()
    await world.until(() => csiNode()?.spec.drivers.length === 0)
    assert.deepEqual(
      await world.csi.volumes.prepare(
        podWith('u1'),
        { name: 'v', csi: { driver: driverName } },
        undefined,
        new AbortController().signal,
      ),
      E.left(`driver name ${driverName} not found in the list of registered CSI drivers`),
    )
  })

  it('are staged for the node, published to each pod, and given back when the last of them has ended', async () => {
    const driver = await world.driver({ capabilities: ['stage'] })
    await bindVolume(world, { attachRequired: false }, { volumeAttributes: { pool: 'fast' } })
    await registered()
    right(await world.disk.prepareVolumes(podWith('u1')))
    right(await world.disk.prepareVolumes(podWith('u2')))
    right(await world.disk.prepareVolumes(podWith('u1')))
    await writeFile(join(target('u1'), 'said'), 'hello')
    assert.equal(await readFile(join(target('u2'), 'said'), 'utf8'), 'hello')
    assert.deepEqual(methods(driver.asked), ['NodeStageVolume', 'NodePublishVolume', 'NodePublishVolume'])
    const [staged, published] = driver.asked.filter(({ method }) => /Volume$/.test(method))
    assert.equal(published?.request['stagingPath'], staged?.request['stagingPath'])
    assert.deepEqual(published?.request['volumeContext'], { pool: 'fast' })
    right(await world.disk.tearDown(podWith('u1')))
    assert.deepEqual(await mounts(), [target('u2')])
    right(await world.disk.tearDown(podWith('u2')))
    assert.deepEqual(methods(driver.asked).slice(3), [
      'NodeUnpublishVolume',
      'NodeUnpublishVolume',
      'NodeUnstageVolume',
    ])
    assert.deepEqual(await mounts(), [])
    assert.deepEqual(await readdir(join(world.places.plugins, 'kubernetes.io/csi', driverName)), [])
  })

  it('come from drivers that stay announced while an agent begins, and that are told of no more when they are not found', async () => {
    const driver = await world.driver()
    await registered()
    const before = csiNode()?.metadata.resourceVersion
    await world.restart()
    await driver.when(() => driver.told.length === 2)
    assert.equal(csiNode()?.metadata.resourceVersion, before)
    await driver.close()
    await world.until(() => csiNode()?.spec.drivers.length === 0)
  })

  it('are given back by an agent that did not bring them', async () => {
    const driver = await world.driver({ capabilities: ['stage'] })
    await bindVolume(world, { attachRequired: false })
    await registered()
    right(await world.disk.prepareVolumes(podWith('u1')))
    await world.restart()
    await driver.when(() => driver.told.length === 2)
    right(await world.disk.tearDown(podWith('u1')))
    assert.deepEqual(methods(driver.asked).slice(2), ['NodeUnpublishVolume', 'NodeUnstageVolume'])
    assert.deepEqual(await mounts(), [])
  })

  it('stay mounted, and the pod unfinished, for as long as their driver is gone', async () => {
    const driver = await world.driver()
    await bindVolume(world, { attachRequired: false })
    await registered()
    right(await world.disk.prepareVolumes(podWith('u1')))
    await driver.close()
    await world.until(() => csiNode()?.spec.drivers.length === 0)
    assert.deepEqual(
      await world.disk.tearDown(podWith('u1')),
      E.left(
        `UnmountVolume.TearDown failed for volume "pv-1" : driver name ${driverName} not found in the list of registered CSI drivers`,
      ),
    )
    assert.deepEqual(await mounts(), [target('u1')])
    await world.driver()
    await registered()
    right(await world.disk.tearDown(podWith('u1')))
    assert.deepEqual(await mounts(), [])
  })

  it('wait until they are attached, and say in the node that it has them', async () => {
    const driver = await world.driver({ capabilities: ['stage'] })
    await bindVolume(world, {})
    await registered()
    const prepared = world.disk.prepareVolumes(podWith('u1'))
    await attach({ attached: true, attachmentMetadata: { device: '/dev/sdx' } })
    right(await prepared)
    const inUse = () => world.cut.get(Node, '', nodeName)?.status?.volumesInUse
    assert.deepEqual(inUse(), [`kubernetes.io/csi/${driverName}^${handle}`])
    const staged = await driver.when(({ method }) => method === 'NodeStageVolume')
    assert.deepEqual(staged.request['publishContext'], { device: '/dev/sdx' })
    right(await world.disk.tearDown(podWith('u1')))
    assert.deepEqual(inUse() ?? [], [])
  })

  it('that cannot be attached are refused with the reason', async () => {
    await world.driver()
    await bindVolume(world, {})
    await registered()
    await attach({ attached: false, attachError: { message: 'no slot is free' } })
    assert.deepEqual(
      await world.disk.prepareVolumes(podWith('u1')),
      E.left('MountVolume.SetUp failed for volume "v" : no slot is free'),
    )
  })

  it('that wait to be attached are not waited for once the pod ends', async () => {
    await world.driver()
    await bindVolume(world, {})
    await registered()
    const prepared = world.disk.prepareVolumes(podWith('u1'))
    right(await world.disk.tearDown(podWith('u1')))
    assert.ok(E.isLeft(await prepared))
    assert.deepEqual(await mounts(), [])
  })

  it('are told the pod, tokens and secrets where the driver wants them', async () => {
    const driver = await world.driver()
    await world.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'keys', namespace: 'default' },
      data: { key: Buffer.from('sesame').toString('base64') },
    })
    await bindVolume(
      world,
      { attachRequired: false, podInfoOnMount: true, tokenRequests: [{ audience: 'vault' }] },
      { nodePublishSecretRef: { namespace: 'default', name: 'keys' } },
    )
    await registered()
    right(await world.disk.prepareVolumes(podWith('u1')))
    const { request } = await driver.when(({ method }) => method === 'NodePublishVolume')
    assert.deepEqual(request['secrets'], { key: 'sesame' })
    const context = request['volumeContext'] as Record<string, string>
    const { 'csi.storage.k8s.io/serviceAccount.tokens': tokens = '', ...rest } = context
    assert.deepEqual(rest, {
      'csi.storage.k8s.io/pod.name': 'pod-u1',
      'csi.storage.k8s.io/pod.namespace': 'default',
      'csi.storage.k8s.io/pod.uid': 'u1',
      'csi.storage.k8s.io/serviceAccount.name': 'default',
      'csi.storage.k8s.io/ephemeral': 'false',
    })
    assert.equal((JSON.parse(tokens) as { vault: { token: string } }).vault.token, 'for vault')
    right(await world.disk.tearDown(podWith('u1')))
  })

  it('of a secret that is not there are refused', async () => {
    await world.driver()
    await bindVolume(world, { attachRequired: false }, { nodePublishSecretRef: { namespace: 'default', name: 'keys' } })
    await registered()
    assert.deepEqual(
      await world.disk.prepareVolumes(podWith('u1')),
      E.left('MountVolume.SetUp failed for volume "v" : failed to get secret default/keys: secrets "keys" not found'),
    )
  })

  it('are made for one pod alone where it asks for that and the driver can', async () => {
    const driver = await world.driver()
    await registered()
    const inline = podWith('u1', { csi: { driver: driverName, volumeAttributes: { size: '1' } } })
    assert.deepEqual(
      await world.disk.prepareVolumes(inline),
      E.left(
        `MountVolume.SetUp failed for volume "v" : volume mode "Ephemeral" not supported by driver ${driverName} (no CSIDriver object)`,
      ),
    )
    await world.create(CSIDriver, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSIDriver',
      metadata: { name: driverName },
      spec: { volumeLifecycleModes: ['Ephemeral'], podInfoOnMount: true },
    })
    right(await world.disk.prepareVolumes(inline))
    assert.deepEqual(await mounts(), [target('u1', 'v')])
    const { request } = await driver.when(({ method }) => method === 'NodePublishVolume')
    assert.equal((request['volumeContext'] as Record<string, string>)['csi.storage.k8s.io/ephemeral'], 'true')
    right(await world.disk.tearDown(inline))
    assert.deepEqual(await mounts(), [])
  })

  it('belong to the group of the pod by the policy of the driver', async () => {
    await world.driver()
    await bindVolume(world, { attachRequired: false, fsGroupPolicy: 'File' })
    await registered()
    const pod = podWith('u1', undefined, { securityContext: { fsGroup: 2000 } })
    right(await world.disk.prepareVolumes(pod))
    assert.equal((await stat(target('u1'))).gid, 2000)
    right(await world.disk.tearDown(pod))
  })

  it('are given to the group by drivers that do that themselves', async () => {
    const driver = await world.driver({ capabilities: ['mountGroup'] })
    await bindVolume(world, { attachRequired: false, fsGroupPolicy: 'File' })
    await registered()
    const pod = podWith('u1', undefined, { securityContext: { fsGroup: 2000 } })
    right(await world.disk.prepareVolumes(pod))
    const { request } = await driver.when(({ method }) => method === 'NodePublishVolume')
    assert.equal((request['capability'] as { mount: { group: string } }).mount.group, '2000')
    assert.equal((await stat(target('u1'))).gid, 0)
    right(await world.disk.tearDown(pod))
  })

  it('grow where they are, and their claim is told', async () => {
    const driver = await world.driver({ capabilities: ['stage', 'expand'] })
    await bindVolume(world, { attachRequired: false })
    await registered()
    right(await world.disk.prepareVolumes(podWith('u1')))
    await world.run({
      verb: 'patch',
      kind: PersistentVolume,
      ref: { group: '', resource: 'persistentvolumes', namespace: '', name: 'pv-1' },
      patch: { type: 'merge', body: { spec: { capacity: { storage: '2Gi' } } } },
    })
    right(await world.disk.prepareVolumes(podWith('u1')))
    const { request } = await driver.when(({ method }) => method === 'NodeExpandVolume')
    assert.deepEqual(request['range'], { required: 2 ** 31, limit: 0 })
    await world.until(
      () => world.cut.get(PersistentVolumeClaim, 'default', 'data')?.status?.capacity?.['storage'] === '2Gi',
    )
    right(await world.disk.tearDown(podWith('u1')))
  })

  it('are devices where that is what they are', async () => {
    const driver = await world.driver({ capabilities: ['stage'] })
    await bindVolume(world, { attachRequired: false }, {}, { volumeMode: 'Block' })
    await registered()
    const container = { name: 'c', volumeDevices: [{ name: 'v', devicePath: '/dev/data' }] }
    const pod = podWith('u1', undefined, { containers: [container] })
    const hostPath = join(csiDirectory(world.places, 'u1', 'pv-1'), 'device')
    const dns = { servers: [], searches: [], options: [] }
    const shown = right(
      await world.disk.mounts({
        ...{ pod, container, attempt: 0, hostname: '', podIps: [], dns },
        ...{ env: new Map(), canRecurse: false },
      }),
    )
    assert.deepEqual(shown.devices, [{ containerPath: '/dev/data', hostPath, readOnly: false }])
    assert.ok((await stat(hostPath)).isBlockDevice())
    const { request } = await driver.when(({ method }) => method === 'NodeStageVolume')
    assert.deepEqual((request['capability'] as { block: object }).block, {})
    await world.restart()
    await driver.when(() => driver.told.length === 2)
    right(await world.disk.prepareVolumes(pod))
    right(await world.disk.tearDown(pod))
    assert.deepEqual(methods(driver.asked).slice(4), ['NodeUnpublishVolume', 'NodeUnstageVolume'])
    await assert.rejects(stat(hostPath))
  })

  it('hold what their driver says', async () => {
    await world.driver({ capabilities: ['stats'] })
    await bindVolume(world, { attachRequired: false })
    await registered()
    right(await world.disk.prepareVolumes(podWith('u1')))
    const around = { availableBytes: 0, capacityBytes: 0, usedBytes: 0, inodes: 0, inodesFree: 0, inodesUsed: 0 }
    assert.deepEqual(await world.disk.volumeUses(podWith('u1'), around), [
      {
        name: 'v',
        claim: { name: 'data', namespace: 'default' },
        use: { availableBytes: 60, capacityBytes: 100, usedBytes: 40, inodes: 10, inodesFree: 6, inodesUsed: 4 },
        ephemeral: false,
      },
    ])
    right(await world.disk.tearDown(podWith('u1')))
  })

  describe('of a driver that means harm or is broken', () => {
    it('that hangs cost their own pods time, and no others', async () => {
      await world.driver({
        name: 'hangs.example.com',
        instead: ({ method }) => (method === 'NodePublishVolume' ? 'never' : undefined),
      })
      await world.driver()
      await bindVolume(world, { attachRequired: false })
      await registered()
      await world.until(() => csiNode()?.spec.drivers.length === 2)
      await world.create(CSIDriver, {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'CSIDriver',
        metadata: { name: 'hangs.example.com' },
        spec: { volumeLifecycleModes: ['Ephemeral'] },
      })
      const hanging = podWith('u2', { csi: { driver: 'hangs.example.com' } })
      const stuck = world.disk.prepareVolumes(hanging)
      right(await world.disk.prepareVolumes(podWith('u1')))
      const refused = await stuck
      assert.match(E.isLeft(refused) ? refused.left : '', /code = DeadlineExceeded/)
      right(await world.disk.tearDown(hanging))
      right(await world.disk.tearDown(podWith('u1')))
    })

    it('that hangs when it is asked who it is keeps no other from being found', async () => {
      await world.driver({ name: 'a-hangs.example.com', instead: () => 'never' })
      await world.driver()
      await registered()
    })

    it('that fails is asked again, with what it said told', async () => {
      let fails = true
      await world.driver({
        instead: ({ method }) => (fails && method === 'NodePublishVolume' ? failing('out of disks') : undefined),
      })
      await bindVolume(world, { attachRequired: false })
      await registered()
      assert.deepEqual(
        await world.disk.prepareVolumes(podWith('u1')),
        E.left('MountVolume.SetUp failed for volume "v" : rpc error: code = Internal desc = out of disks'),
      )
      fails = false
      right(await world.disk.prepareVolumes(podWith('u1')))
      right(await world.disk.tearDown(podWith('u1')))
    })

    it('that puts a link where its volume should be is refused', async () => {
      const driver = await world.driver({
        instead: ({ method }) => (method === 'NodePublishVolume' ? failing('later') : undefined),
      })
      await bindVolume(world, { attachRequired: false })
      await registered()
      await world.disk.prepareVolumes(podWith('u1'))
      await driver.close()
      await world.until(() => csiNode()?.spec.drivers.length === 0)
      const outside = join(world.places.root, 'outside')
      await mkdir(outside)
      await symlink(outside, target('u1'))
      await world.driver({ name: driverName, data: join(world.places.root, 'data'), instead: () => undefined })
      await registered()
      assert.ok(E.isLeft(await world.disk.prepareVolumes(podWith('u1'))))
      assert.ok(!(await mountPoints()).includes(outside))
    })

    it('that calls itself what cannot be a name, or another label of the node than it has, is not taken and is told why', async () => {
      const odd = await world.driver({ name: 'x', socket: join(world.places.plugins, 'x', 'csi.sock'), nodeId: '' })
      await odd.when(() => odd.told.length > 0)
      assert.deepEqual(odd.told, ['node ID was empty'])
      await world.run({
        verb: 'patch',
        kind: Node,
        ref: { group: '', resource: 'nodes', namespace: '', name: nodeName },
        patch: { type: 'merge', body: { metadata: { labels: { zone: 'a' } } } },
      })
      const other = await world.driver({ segments: { zone: 'b' } })
      await other.when(() => other.told.length > 0)
      assert.match(other.told[0] ?? '', /^detected topology value collision/)
      assert.equal(csiNode()?.spec.drivers.length ?? 0, 0)
    })

    it('that is registered already is not replaced by another of its name', async () => {
      await world.driver()
      await registered()
      const second = await world.driver({
        socket: join(world.places.plugins, driverName, 'other.sock'),
        registration: join(world.places.pluginRegistry, 'other-reg.sock'),
        nodeId: 'mine',
      })
      await second.when(() => second.told.length > 0)
      assert.match(second.told[0] ?? '', /is registered already/)
      assert.equal(csiNode()?.spec.drivers[0]?.nodeID, 'the-node')
    })
  })
})
