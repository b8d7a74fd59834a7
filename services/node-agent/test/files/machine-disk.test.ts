import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Container, Pod } from '@periplus/kinds'
import { memoryEventLog } from '@periplus/log'
import { E, virtualClock } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import type { RunningCut } from '@periplus/projection'
import { hollowRuntime } from '@periplus/runtime'
import { layout, podDirectory, volumeDirectory } from '../../src/files/layout.ts'
import { machineDisk } from '../../src/files/machine-disk.ts'
import type { PodDisk } from '../../src/files/pod-disk.ts'
import { runTool } from '../../src/files/run-tool.ts'
import { mountPoints } from '../../src/volumes/mounting.ts'
import { noSecrets, secretSource } from '../../src/volumes/secret-source.ts'
import { tokenSource } from '../../src/volumes/token-source.ts'
import { noFeatures } from '../../src/node/features.ts'

describe("a node's disk", () => {
  let root: string
  let running: RunningCut
  let disk: PodDisk
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'periplus-disk-'))
    const clock = virtualClock(0)
    running = await startLiveCut({ log: memoryEventLog() })
    const capacity = { cpu: '1', memory: '1Gi', 'ephemeral-storage': '1Gi', pods: '10' }
    disk = machineDisk({
      root,
      settings: {
        nodeName: 'n',
        hostname: 'n',
        hostIps: [],
        clusterDns: [],
        clusterDomain: 'cluster.local',
        cgroupRoot: '/periplus-test-disk',
        seccompRoot: '/seccomp',
        features: noFeatures,
        singleProcessOomKill: true,
        capacity,
        allocatable: capacity,
      },
      cut: running.cut,
      clock,
      tokens: tokenSource(async () => E.right({ token: 'x', expiresAt: 1e15 }), clock),
      secrets: secretSource(running.cut, noSecrets),
      runtime: hollowRuntime({ clock, nodeName: 'n' }),
      podIps: () => [],
    })
  })
  afterEach(async () => {
    await running.close()
    await rm(root, { recursive: true })
  })

  const container: Container = { name: 'c', volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'x' }] }
  const pod: Pod = {
    metadata: { name: 'web', namespace: 'shop', uid: 'u1' },
    spec: { containers: [container], volumes: [{ name: 'v', emptyDir: {} }] },
  }
  const mounts = (of: Pod) =>
    disk.mounts({
      pod: of,
      container: of.spec?.containers[0] ?? container,
      attempt: 0,
      hostname: 'web',
      podIps: [],
      dns: { servers: [], searches: [], options: [] },
      env: new Map(),
      canRecurse: false,
    })
  const home = () => volumeDirectory(layout(root), 'u1', 'empty-dir', 'v')

  it('does not write the files that a pod has already once more, which a full disk would leave empty', async () => {
    const plain: Pod = { ...pod, spec: { containers: [{ name: 'c' }] } }
    const made = await mounts(plain)
    assert.ok(E.isRight(made))
    const files = made.right.mounts.filter(({ containerPath }) => containerPath.startsWith('/etc/'))
    assert.equal(files.length, 3)
    const changed = async (): Promise<readonly number[]> =>
      Promise.all(files.map(async ({ hostPath }) => (await stat(hostPath)).mtimeMs))
    const before = await changed()
    assert.ok(E.isRight(await mounts(plain)))
    assert.deepEqual(await changed(), before)
    await writeFile(files[0]?.hostPath ?? '', 'what a container wrote')
    assert.ok(E.isRight(await mounts(plain)))
    assert.match(await readFile(files[0]?.hostPath ?? '', 'utf8'), /^# Kubernetes-managed hosts file/)
  })

  describe('refuses names that would lead elsewhere', () => {
    const hostile = ['../../../../../out', '..', '.', '', 'a/b', '/out', 'a\0b', 'x'.repeat(300)]
    const cases: Record<string, (name: string) => Pod> = {
      'of a volume': name => ({ ...pod, spec: { containers: [container], volumes: [{ name, emptyDir: {} }] } }),
      'of a container': name => ({ ...pod, spec: { ...pod.spec, containers: [{ ...container, name }] } }),
      'of an init container': name => ({ ...pod, spec: { containers: [container], initContainers: [{ name }] } }),
      'of a pod': name => ({ ...pod, metadata: { ...pod.metadata, name } }),
      'of a namespace': name => ({ ...pod, metadata: { ...pod.metadata, namespace: name } }),
      "in a pod's uid": uid => ({ ...pod, metadata: { ...pod.metadata, uid } }),
    }
    for (const [what, make] of Object.entries(cases))
      it(what, async () => {
        for (const name of hostile) {
          assert.ok(E.isLeft(await disk.prepareVolumes(make(name))), JSON.stringify(name))
          assert.ok(E.isLeft(await mounts(make(name))), JSON.stringify(name))
          assert.equal(await disk.overflowing(make(name)), undefined)
        }
        assert.deepEqual(await readdir(root), [])
      })
    it('when it removes, too', async () => {
      await mkdir(join(root, 'var/lib/kubelet/pods'), { recursive: true })
      await mkdir(join(root, 'out/volumes'), { recursive: true })
      for (const uid of hostile) {
        const odd = { ...pod, metadata: { ...pod.metadata, uid } }
        await assert.rejects(disk.tearDown(odd), RangeError)
        await assert.rejects(disk.forget(odd), RangeError)
      }
      assert.ok(existsSync(join(root, 'out/volumes')))
    })
    it('in the paths of files', async () => {
      const paths = ['../../../tmp/x', '/tmp/x', 'a/../../../x', '..data', '', 'a\0b']
      for (const path of paths) {
        const token = { serviceAccountToken: { path } }
        const downward = { items: [{ path, fieldRef: { fieldPath: 'metadata.name' } }] }
        for (const volume of [
          { projected: { sources: [token] } },
          { projected: { sources: [{ downwardAPI: downward }] } },
          { downwardAPI: downward },
        ])
          assert.ok(
            E.isLeft(
              await disk.prepareVolumes({ ...pod, spec: { containers: [], volumes: [{ name: 'v', ...volume }] } }),
            ),
            JSON.stringify({ path, volume }),
          )
      }
    })
  })

  it("cuts the log's name that would be too long", async () => {
    const longest = { ...pod, metadata: { name: 'p'.repeat(150), namespace: 'n'.repeat(63), uid: 'u1' } }
    await disk.linkLog(longest, 'c'.repeat(63), 0, 'f'.repeat(64))
    const [name = ''] = await readdir(join(root, 'var/log/containers'))
    assert.deepEqual([name.length, name.slice(-4)], [255, '.log'])
  })

  describe('removes a pod', () => {
    const remove = async (): Promise<void> => {
      assert.deepEqual(await disk.tearDown(pod), E.right(undefined))
      assert.deepEqual(await disk.forget(pod), E.right(undefined))
      assert.ok(!existsSync(podDirectory(layout(root), 'u1')))
    }
    it('with the places where a subPath was shown, and not what they show', async () => {
      const outside = join(root, 'outside')
      await mkdir(join(outside, 'x'), { recursive: true })
      await writeFile(join(outside, 'x/kept'), '')
      const shows = { ...pod, spec: { containers: [container], volumes: [{ name: 'v', hostPath: { path: outside } }] } }
      assert.ok(E.isRight(await mounts(shows)))
      assert.ok(E.isRight(await mounts(shows)))
      await remove()
      assert.deepEqual(await readdir(join(outside, 'x')), ['kept'])
    })
    it('whose volume holds links, a foreign mount, and directories deeper than any path', async () => {
      assert.ok(E.isRight(await mounts(pod)))
      const outside = join(root, 'outside')
      await mkdir(outside)
      await writeFile(join(outside, 'kept'), '')
      await symlink(outside, join(home(), 'link'))
      await mkdir(join(home(), 'mounted here'))
      assert.ok(E.isRight(await runTool('mount', ['--bind', outside, join(home(), 'mounted here')])))
      const dig = 'i=0; while [ $i -lt 25 ]; do mkdir $2; cd $2; i=$((i+1)); done'
      assert.ok(E.isRight(await runTool('sh', ['-c', `cd "$1"; ${dig}`, 'sh', home(), 'd'.repeat(200)])))
      await remove()
      assert.deepEqual(await readdir(outside), ['kept'])
    })
    it('without a mount left', async () => {
      const memory = { name: 'm', emptyDir: { medium: 'Memory' as const } }
      assert.ok(
        E.isRight(
          await mounts({ ...pod, spec: { containers: [container], volumes: [memory, { name: 'v', emptyDir: {} }] } }),
        ),
      )
      assert.equal((await mountPoints()).filter(path => path.startsWith(root)).length, 2)
      await remove()
      assert.deepEqual(
        (await mountPoints()).filter(path => path.startsWith(root)),
        [],
      )
    })
    it('that nobody knows any more, when the agent starts', async () => {
      assert.ok(E.isRight(await mounts(pod)))
      await disk.sweep(new Set(['another']))
      assert.deepEqual(await readdir(join(root, 'var/lib/kubelet/pods')), [])
      assert.deepEqual(
        (await readFile('/proc/self/mountinfo', 'utf8')).split('\n').filter(line => line.includes(root)),
        [],
      )
    })
  })
})
