import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { lstat, mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stored } from '@periplus/api'
import { completed } from '@periplus/controller'
import { PersistentVolume, PersistentVolumeClaim } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { layout } from '../../src/files/layout.ts'
import { claimedVolumes } from '../../src/volumes/claimed.ts'
import { volumeMounts } from '../../src/volumes/mounts.ts'
import { preparePersistent as prepareWith } from '../../src/volumes/persistent.ts'

const claim = (rest: object = {}, status: object = { phase: 'Bound' }): Stored<PersistentVolumeClaim> =>
  completed(PersistentVolumeClaim, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', namespace: 'default', uid: 'c1', ...rest },
    spec: { volumeName: 'v' },
    status,
  } as PersistentVolumeClaim) as Stored<PersistentVolumeClaim>

const volume = (spec: object = {}): Stored<PersistentVolume> =>
  completed(PersistentVolume, {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'v' },
    spec: { hostPath: { path: '/srv' }, claimRef: { uid: 'c1' }, ...spec },
  } as PersistentVolume) as Stored<PersistentVolume>

const pod = (source: object = { persistentVolumeClaim: { claimName: 'data' } }, container: object = {}): Pod => ({
  metadata: { name: 'db', namespace: 'default', uid: 'p1' },
  spec: { containers: [{ name: 'c', ...container }], volumes: [{ name: 'd', ...source }] },
})

describe('the claims of a pod on its node', () => {
  const look = (
    of: Pod,
    found: Stored<PersistentVolumeClaim> | undefined,
    behind: Stored<PersistentVolume> | undefined,
  ) => claimedVolumes(of, { claim: () => found, volume: name => (name === 'v' ? behind : undefined) })
  const says = (text: string): E.Either<string, never> =>
    E.left(
      `Unable to attach or mount volumes: unmounted volumes=[d], unattached volumes=[], failed to process volumes=[d]: ${text}`,
    )
  const about = 'error processing PVC default/data: '

  it('are the volumes that they are bound to', () => {
    const behind = volume()
    assert.deepEqual(look(pod(), claim(), behind), E.right(new Map([['d', behind]])))
  })
  it('are waited for in the words of the kubelet', () => {
    const missing = 'failed to fetch PVC from API server: persistentvolumeclaims "data" not found'
    assert.deepEqual(look(pod(), undefined, undefined), says(about + missing))
    assert.deepEqual(look(pod(), claim({}, { phase: 'Pending' }), volume()), says(`${about}PVC is not bound`))
    const leaving = { deletionTimestamp: '2026-01-01T00:00:00Z' }
    assert.deepEqual(look(pod(), claim(leaving), volume()), says(`${about}PVC is being deleted`))
    assert.ok(E.isRight(look(pod(), claim({ ...leaving, finalizers: ['kubernetes.io/pvc-protection'] }), volume())))
    const gone = 'failed to fetch PV v from API server: persistentvolumes "v" not found'
    assert.deepEqual(look(pod(), claim(), undefined), says(about + gone))
    const other = 'found PV object v but its pv.Spec.ClaimRef.UID c2 does not point to claim.UID c1'
    assert.deepEqual(look(pod(), claim(), volume({ claimRef: { uid: 'c2' } })), says(about + other))
  })
  it("of an ephemeral volume must be the pod's own", () => {
    const ephemeral = pod({ ephemeral: {} })
    const refused = 'PVC default/db-d was not created for pod default/db (pod is not owner)'
    assert.deepEqual(look(ephemeral, claim(), volume()), says(refused))
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Pod', name: 'db', uid: 'p1', controller: true }]
    assert.ok(E.isRight(look(ephemeral, claim({ ownerReferences }), volume())))
  })
  it('are mounted as file systems, and shown as devices', () => {
    const mounting = pod(undefined, { volumeMounts: [{ name: 'd', mountPath: '/d' }] })
    const block = 'volume d has volumeMode Block, but is specified in volumeMounts'
    assert.deepEqual(look(mounting, claim(), volume({ volumeMode: 'Block' })), says(block))
    const opening = pod(undefined, { volumeDevices: [{ name: 'd', devicePath: '/dev/d' }] })
    const files = 'volume d has volumeMode Filesystem, but is specified in volumeDevices'
    assert.deepEqual(look(opening, claim(), volume()), says(files))
  })
  it('are read-only where the pod wants them so', async () => {
    const container = { name: 'c', volumeMounts: [{ name: 'd', mountPath: '/d' }] }
    const mounts = async (readOnly: boolean) =>
      volumeMounts(
        pod({ persistentVolumeClaim: { claimName: 'data', readOnly } }),
        container,
        { homes: new Map([['d', '/srv']]), placeOf: () => '', canRecurse: false },
        new Map(),
      )
    for (const readOnly of [true, false])
      assert.deepEqual(
        await mounts(readOnly),
        E.right([{ containerPath: '/d', hostPath: '/srv', readOnly, propagation: 'private' }]),
      )
  })
})

const preparePersistent = (of: Pod, wanted: Stored<PersistentVolume>) =>
  prepareWith(
    of,
    wanted,
    { layout: layout('/nowhere'), node: () => undefined, signal: new AbortController().signal },
    { name: 'v' },
  )

describe('persistent volumes on a machine', () => {
  let root: string
  beforeEach(async () => (root = await mkdtemp(join(tmpdir(), 'periplus-volumes-'))))
  afterEach(() => rm(root, { recursive: true }))

  it('are where a hostPath says, of the type that it says', async () => {
    const prepare = (type: string) => preparePersistent(pod(), volume({ hostPath: { path: join(root, 'a'), type } }))
    assert.deepEqual(
      await prepare('Directory'),
      E.left(`hostPath type check failed: ${join(root, 'a')} is not a directory`),
    )
    assert.deepEqual(await prepare('DirectoryOrCreate'), E.right(join(root, 'a')))
  })
  it('must be there where they are local', async () => {
    const prepare = (path: string) => preparePersistent(pod(), volume({ hostPath: undefined, local: { path } }))
    assert.deepEqual(await prepare(join(root, 'no')), E.left(`path "${join(root, 'no')}" does not exist`))
    assert.deepEqual(await prepare(`${root}/../..`), E.left(`invalid path: ${root}/../..`))
    assert.deepEqual(await prepare(root), E.right(root))
  })
  it('are devices where they are local and that is what they are', async () => {
    const device = join(root, 'device')
    await promisify(execFile)('mknod', [device, 'b', '7', '0'])
    await symlink(device, join(root, 'link'))
    await writeFile(join(root, 'file'), '')
    const prepare = (path: string) =>
      preparePersistent(pod(), volume({ hostPath: undefined, local: { path }, volumeMode: 'Block' }))
    assert.deepEqual(await prepare(join(root, 'link')), E.right(device))
    assert.deepEqual(await prepare(join(root, 'file')), E.left(`${join(root, 'file')} is not a block device`))
    assert.deepEqual(await prepare(join(root, 'no')), E.left(`path "${join(root, 'no')}" does not exist`))
    assert.deepEqual(
      await preparePersistent(pod(), volume({ hostPath: { path: device }, volumeMode: 'Block' })),
      E.left('persistent volumes of type hostPath and volumeMode Block are not supported by this node'),
    )
  })
  it('are refused where the node has nothing for them', async () => {
    assert.deepEqual(
      await preparePersistent(pod(), volume({ hostPath: undefined, fc: { targetWWNs: ['50060e801049cfd1'], lun: 0 } })),
      E.left('persistent volumes of type fc are not supported by this node'),
    )
  })
  it('belong to the fsGroup with all that is in them, and nothing that a link leads to', async () => {
    // Whoever is not root may give files to groups of their own only.
    const group = process.geteuid?.() === 0 ? 4242 : (process.getgid?.() ?? 0)
    const [home, outside] = [join(root, 'home'), join(root, 'outside')]
    await mkdir(join(home, 'deep'), { recursive: true })
    await writeFile(join(home, 'deep/file'), '', { mode: 0o600 })
    await writeFile(outside, '', { mode: 0o600 })
    await symlink(outside, join(home, 'link'))
    const grouped = pod()
    const prepare = (fsGroupChangePolicy: string) =>
      preparePersistent(
        {
          ...grouped,
          spec: { containers: [], ...grouped.spec, securityContext: { fsGroup: BigInt(group), fsGroupChangePolicy } },
        },
        volume({ hostPath: undefined, local: { path: home } }),
      )
    await prepare('Always')
    const modes = async (path: string) => {
      const { gid, mode } = await stat(path)
      return [gid, (mode & 0o7777).toString(8)]
    }
    assert.deepEqual(await modes(home), [group, '2775'])
    assert.deepEqual(await modes(join(home, 'deep')), [group, '2775'])
    assert.deepEqual(await modes(join(home, 'deep/file')), [group, '660'])
    assert.equal((await lstat(join(home, 'link'))).gid, group)
    assert.deepEqual(await modes(outside), [process.getgid?.(), '600'])

    await writeFile(join(home, 'later'), '', { mode: 0o600 })
    await prepare('OnRootMismatch')
    assert.deepEqual((await modes(join(home, 'later')))[1], '600')
    await prepare('Always')
    assert.deepEqual(await modes(join(home, 'later')), [group, '660'])
  })
})
