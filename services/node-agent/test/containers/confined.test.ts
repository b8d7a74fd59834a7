import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Node, Pod } from '@periplus/kinds'
import { boundPod, nodeName } from '../agent/world.ts'
import { busybox, forever, isReady, stateOf } from './doing.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

const run = promisify(execFile)

/** Each tries something of the machine; `HELD` is what a container must say. The value written is the value that is there. */
const attempts: Readonly<Record<string, string>> = {
  'write core_pattern': 'v=$(cat /proc/sys/kernel/core_pattern); echo "$v" > /proc/sys/kernel/core_pattern',
  'write a sysctl of the network':
    'v=$(cat /proc/sys/net/ipv4/tcp_fin_timeout); echo "$v" > /proc/sys/net/ipv4/tcp_fin_timeout',
  // An unknown command: sysrq ignores it, and only a writable file takes it.
  'write sysrq-trigger': 'printf "" >> /proc/sysrq-trigger',
  'write irq affinity': 'v=$(cat /proc/irq/default_smp_affinity); echo "$v" > /proc/irq/default_smp_affinity',
  'read kcore': 'test "$(head -c 1 /proc/kcore | wc -c)" -gt 0',
  'read keys': 'test "$(head -c 1 /proc/keys | wc -c)" -gt 0',
  'read timer_list': 'test "$(head -c 1 /proc/timer_list | wc -c)" -gt 0',
  'read interrupts': 'test "$(head -c 1 /proc/interrupts | wc -c)" -gt 0',
  'list firmware': 'test "$(ls -A /sys/firmware | wc -l)" -gt 0',
  'list powercap': 'test "$(ls -A /sys/devices/virtual/powercap 2>/dev/null | wc -l)" -gt 0',
  'list acpi': 'test "$(ls -A /proc/acpi 2>/dev/null | wc -l)" -gt 0',
}

describe('what a container may do to the machine', function () {
  this.timeout(120_000)
  let world: RealWorld
  before(async function () {
    this.timeout(300_000)
    world = await realWorld()
  })
  after(() => world.close())

  it('is nothing of /proc and /sys, for root without privileges', async () => {
    await world.create(Pod, boundPod('plain', { containers: [busybox(forever)] }))
    const pod = await world.until('plain', isReady)
    const did: string[] = []
    for (const [name, script] of Object.entries(attempts)) {
      const { exitCode } = await world.run(pod, ['sh', '-c', `(${script}) 2>/dev/null`])
      if (exitCode === 0) did.push(name)
    }
    assert.deepEqual(did, [])
    await world.remove('plain', 0)
    await world.gone('plain')
  })

  it('is all of it for a privileged one', async () => {
    const container = busybox(forever, { securityContext: { privileged: true } })
    await world.create(Pod, boundPod('mighty', { containers: [container] }))
    const pod = await world.until('mighty', isReady)
    const write = attempts['write a sysctl of the network'] ?? ''
    assert.deepEqual(await world.run(pod, ['sh', '-c', write]), { out: '', exitCode: 0 })
    await world.remove('mighty', 0)
    await world.gone('mighty')
  })

  it('is nothing of what is mounted below a volume that it may only read, or it does not begin', async () => {
    const below = join(world.root, 'host/below')
    await mkdir(below, { recursive: true })
    await run('mount', ['-t', 'tmpfs', 'tmpfs', below])
    try {
      const volumes = [{ name: 'v', hostPath: { path: join(world.root, 'host') } }]
      const mounting = (recursiveReadOnly: string) =>
        busybox(forever, { volumeMounts: [{ name: 'v', mountPath: '/v', readOnly: true, recursiveReadOnly }] })
      await world.create(Pod, boundPod('wanted', { containers: [mounting('Enabled')], volumes }))
      await world.create(Pod, boundPod('if-possible', { containers: [mounting('IfPossible')], volumes }))
      const possible = await world.until('if-possible', isReady)
      const { exitCode } = await world.run(possible, ['sh', '-c', 'touch /v/below/x 2>/dev/null'])
      const [told] = possible.status?.containerStatuses?.[0]?.volumeMounts ?? []
      const handlers = world.cut.get(Node, '', nodeName)?.status?.runtimeHandlers ?? []
      if (handlers.some(({ name, features }) => name === '' && features?.recursiveReadOnlyMounts)) {
        assert.deepEqual([exitCode, told?.recursiveReadOnly], [1, 'Enabled'])
        await world.until('wanted', isReady)
      } else {
        assert.deepEqual([exitCode, told?.recursiveReadOnly], [0, 'Disabled'])
        const pod = await world.until('wanted', each => stateOf(each)?.waiting?.reason === 'CreateContainerConfigError')
        assert.equal(
          stateOf(pod)?.waiting?.message,
          'volume "v" requested recursive read-only mode, but it is not supported by the runtime',
        )
      }
      for (const name of ['wanted', 'if-possible']) {
        await world.remove(name, 0)
        await world.gone(name)
      }
    } finally {
      await run('umount', [below])
    }
  })
})
