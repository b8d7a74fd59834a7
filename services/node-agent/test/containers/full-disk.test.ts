import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, statfs, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Commands } from '@periplus/commands'
import { Node, Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { NodeAgentConfig } from '../../src/index.ts'
import { runTool } from '../../src/files/run-tool.ts'
import { podUidLabel } from '../../src/runtime/labels.ts'
import { boundPod, nodeName } from '../agent/world.ts'
import { busybox, forever, isReady } from './doing.ts'
import { until } from './until.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

describe('a node with a small disk', function () {
  this.timeout(120_000)
  let world: RealWorld
  let directory: string
  let root: string
  /** The log takes no writes, as when its own disk is full. */
  let outage = false
  before(async function () {
    this.timeout(300_000)
    directory = await mkdtemp(join(tmpdir(), 'periplus-small-'))
    root = join(directory, 'node')
    await mkdir(root)
    const image = join(directory, 'disk.img')
    await writeFile(image, '')
    await truncate(image, 96 * 2 ** 20)
    assert.deepEqual(await runTool('mkfs.ext4', ['-q', image]), E.right(undefined))
    assert.deepEqual(await runTool('mount', ['-o', 'loop', image, root]), E.right(undefined))
    const options: { -readonly [K in keyof NodeAgentConfig]?: NodeAgentConfig[K] } = { rootDirectory: root }
    world = await realWorld(undefined, options)
    await world.stopAgent()
    const { execute } = world.commands
    const refusing: Commands['execute'] = (...args) =>
      outage
        ? Promise.resolve(E.left({ tag: 'ServiceUnavailable', message: 'the log takes nothing', retryAfterSeconds: 1 }))
        : execute(...args)
    options.commands = { ...world.commands, execute: refusing }
    await world.startAgent()
  })
  // Pressure is told for minutes after it was there, and a node under pressure takes no pods.
  beforeEach(async () => {
    await world.stopAgent()
    await world.startAgent()
  })
  after(async () => {
    await world.close()
    assert.deepEqual(await runTool('umount', [root]), E.right(undefined))
    await rm(directory, { recursive: true })
  })
  const free = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(root)
    return bavail * bsize
  }

  const volumes = [{ name: 'data', emptyDir: {} }]
  const volumeMounts = [{ name: 'data', mountPath: '/data' }]

  it('ends the pod that fills it, though the log takes nothing, and tells of it afterwards', async () => {
    const fills = (mebibytes: number) =>
      `until test -e /data/go; do sleep 0.1; done; dd if=/dev/zero of=/data/big bs=1M count=${mebibytes}; ${forever}`
    await world.create(Pod, boundPod('bystander', { volumes, containers: [busybox(fills(4), { volumeMounts })] }))
    await world.create(Pod, boundPod('greedy', { volumes, containers: [busybox(fills(1000), { volumeMounts })] }))
    const bystander = await world.until('bystander', isReady)
    const greedy = await world.until('greedy', isReady)
    outage = true
    await world.run(bystander, ['touch', '/data/go'])
    await world.run(greedy, ['touch', '/data/go'])
    const volume = (pod: Pod): string => join(root, 'var/lib/kubelet/pods', pod.metadata?.uid ?? '', 'volumes')
    await until(() => !existsSync(volume(greedy)))
    await until(async () => (await free()) > 60 * 2 ** 20)
    assert.equal(world.cut.get(Pod, 'default', 'greedy')?.status?.phase, 'Running')
    outage = false
    const told = await world.until('greedy', each => each.status?.phase === 'Failed')
    assert.equal(told.status?.reason, 'Evicted')
    assert.match(
      told.status?.message ?? '',
      /^The node was low on resource: ephemeral-storage\. Threshold quantity: \d+Ki, available: \d+Ki\. /,
    )
    await until(() => world.events('greedy').some(event => event.startsWith('Evicted: The node was low on resource')))
    const pressed = (): boolean =>
      world.cut
        .get(Node, '', nodeName)
        ?.status?.conditions?.some(({ type, status }) => type === 'DiskPressure' && status === 'True') ?? false
    await until(pressed)
    assert.ok(isReady(world.cut.get(Pod, 'default', 'bystander') ?? {}))
    assert.equal(world.cut.get(Pod, 'default', 'greedy')?.status?.containerStatuses?.[0]?.state?.running, undefined)
    await world.remove('greedy', 0)
    await world.remove('bystander', 0)
    await world.gone('bystander')
  })

  it('ends a pod that holds open what it has deleted', async () => {
    const script = `exec 3>/data/big; rm /data/big; dd if=/dev/zero bs=1M count=1000 >&3; ${forever}`
    await world.create(Pod, boundPod('hides', { volumes, containers: [busybox(script, { volumeMounts })] }))
    const pod = await world.until('hides', each => each.status?.phase === 'Failed')
    assert.equal(pod.status?.reason, 'Evicted')
    await until(async () => (await free()) > 60 * 2 ** 20)
    await world.remove('hides', 0)
    await world.gone('hides')
  })

  it('removes what ended pods have left before it ends another', async () => {
    const talk = busybox('dd if=/dev/urandom bs=1M count=16 | base64; exit 1')
    await world.create(Pod, boundPod('talked', { restartPolicy: 'Never', containers: [talk] }))
    const talked = await world.until('talked', each => each.status?.phase === 'Failed')
    const logs = join(root, 'var/log/pods', `default_talked_${talked.metadata?.uid}`, 'main/0.log')
    assert.ok(existsSync(logs))
    const needs = Math.floor((await free()) / 2 ** 20) - 2
    const script = `dd if=/dev/zero of=/data/big bs=1M count=${needs}; ${forever}`
    await world.create(Pod, boundPod('works', { volumes, containers: [busybox(script, { volumeMounts })] }))
    await world.until('works', isReady)
    await until(() => !existsSync(logs))
    await until(async () => (await free()) > 15 * 2 ** 20)
    assert.equal(world.cut.get(Pod, 'default', 'works')?.status?.phase, 'Running')
    assert.equal(
      world.cut.get(Pod, 'default', 'talked')?.status?.containerStatuses?.[0]?.state?.terminated?.exitCode,
      1,
    )
    for (const name of ['talked', 'works']) {
      await world.remove(name, 0)
      await world.gone(name)
    }
  })

  it('ends a pod whose container writes more than its limit, and gives back what it wrote', async () => {
    const limited = busybox(`dd if=/dev/zero of=/big bs=1M count=20; ${forever}`, {
      resources: { limits: { 'ephemeral-storage': '5Mi' } },
    })
    await world.create(Pod, boundPod('limited', { containers: [limited] }))
    const pod = await world.until('limited', each => each.status?.phase === 'Failed')
    assert.deepEqual(
      [pod.status?.reason, pod.status?.message],
      ['Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 5Mi. '],
    )
    await until(async () => {
      const containers = await world.runtime.containers()
      return E.isRight(containers) && containers.right.every(({ labels }) => labels[podUidLabel] !== pod.metadata?.uid)
    })
    const ended = await world.until('limited', each => !each.status?.containerStatuses?.[0]?.state?.running)
    assert.ok(ended.status?.containerStatuses?.[0]?.state?.terminated)
    await world.remove('limited', 0)
    await world.gone('limited')
  })
})
