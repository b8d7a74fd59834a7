import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { jetStreamLogStream } from '@periplus/log-stream'
import type { LogRecord } from '@periplus/log-stream'
import { Pod } from '@periplus/kinds'
import { boundPod } from '../agent/world.ts'
import { busybox, forever, isReady } from './doing.ts'
import { until } from './until.ts'
import { onContainerd, realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

const logsOf = (world: RealWorld, pod: Pod): string =>
  join(world.root, 'var/log/pods', `default_${pod.metadata?.name}_${pod.metadata?.uid}`)

describe('lines of real containers', function () {
  this.timeout(120_000)
  let world: RealWorld
  before(async () => {
    world = await realWorld()
  })
  after(() => world.close())
  const records = async (pod: string): Promise<readonly LogRecord[]> => {
    const found: LogRecord[] = []
    for await (const batch of jetStreamLogStream(world.bus).read({ scope: { namespace: 'default', pod } }))
      found.push(...batch.records)
    return found
  }
  const texts = async (pod: string): Promise<readonly string[]> =>
    (await records(pod)).map(({ bytes }) => Buffer.from(bytes).toString('latin1'))

  it('are in the stream to the last before the pod’s files go', async () => {
    const script = `echo first; trap 'for i in 1 2 3; do echo last $i; done; exit 0' TERM; while :; do sleep 1 & wait $!; done`
    await world.create(Pod, boundPod('dying', { containers: [busybox(script)] }))
    const pod = await world.until('dying', isReady)
    await world.remove('dying', 10)
    await world.gone('dying')
    await until(() => !existsSync(logsOf(world, pod)))
    assert.deepEqual(await texts('dying'), ['first', 'last 1', 'last 2', 'last 3'])
    assert.deepEqual(
      (await records('dying')).map(({ number }) => number),
      [1, 2, 3, 4],
    )
  })

  it('are whole where they are long, no text, or have no end', async () => {
    const script = `head -c 1048576 /dev/zero | tr '\\0' x; echo; printf '\\377\\376\\001\\n'; printf unfinished; sleep 1`
    await world.create(Pod, boundPod('odd', { restartPolicy: 'Never', containers: [busybox(script)] }))
    await world.until('odd', each => each.status?.phase === 'Succeeded')
    await until(async () => (await records('odd')).length >= 3)
    const [long, binary, last] = await texts('odd')
    assert.equal(long, 'x'.repeat(2 ** 20))
    assert.deepEqual([binary, last], ['\xff\xfe\x01', 'unfinished'])
    const pod = world.cut.get(Pod, 'default', 'odd') as Pod
    assert.equal((await world.logs(pod)).length, 2 ** 20 + 1 + '\ufffd\ufffd\x01\n'.length + 'unfinished'.length)
    await world.remove('odd', 0)
    await world.gone('odd')
  })

  it('are found by an agent that mounts the node’s /var/log, and leads nowhere else', async () => {
    await world.create(Pod, boundPod('speaks', { containers: [busybox(`echo heard; ${forever}`)] }))
    await world.until('speaks', isReady)
    const volumes = [
      { name: 'varlog', hostPath: { path: '/var/log' } },
      { name: 'docker', hostPath: { path: '/var/lib/docker/containers' } },
    ]
    const volumeMounts = [
      { name: 'varlog', mountPath: '/var/log' },
      { name: 'docker', mountPath: '/var/lib/docker/containers', readOnly: true },
    ]
    await world.create(Pod, boundPod('agent', { volumes, containers: [busybox(forever, { volumeMounts })] }))
    const agent = await world.until('agent', isReady)
    const { out } = await world.run(agent, ['sh', '-c', 'ls /var/log; cat /var/log/containers/speaks_default_*.log'])
    assert.match(out, /^containers\npods\n\d{4}-\S+ stdout F heard\n$/)
    for (const name of ['speaks', 'agent']) {
      await world.remove(name, 0)
      await world.gone(name)
    }
  })
})

describe('a log stream that takes nothing', function () {
  this.timeout(120_000)

  it('holds up no write of an object, and no pod’s life', async () => {
    const never = new Promise<never>(() => undefined)
    const stream = { append: () => never } as unknown as ReturnType<typeof jetStreamLogStream>
    const world = await realWorld(onContainerd, { logDestination: { stream, onGone: () => () => undefined } })
    const flood = busybox(`while :; do echo ${'x'.repeat(200)}; done`)
    await world.create(Pod, boundPod('floods', { containers: [flood] }))
    const floods = await world.until('floods', isReady)
    await world.create(Pod, boundPod('beside', { containers: [busybox(forever)] }))
    await world.until('beside', isReady)
    await world.remove('floods', 0)
    await world.gone('floods')
    // It is waited for its last lines for a while, and no longer.
    await until(() => !existsSync(logsOf(world, floods)))
    await world.close()
  })
})
