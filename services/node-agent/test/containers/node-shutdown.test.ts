import assert from 'node:assert/strict'
import { Node, Pod } from '@periplus/kinds'
import { logger } from '@periplus/service'
import { boundPod, nodeName } from '../agent/world.ts'
import { ownLogind } from '../shutdown/own-logind.ts'
import type { OwnLogind } from '../shutdown/own-logind.ts'
import { busybox, forever, isReady } from './doing.ts'
import { onProcesses, realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

const critical = 2_000_000_000

describe('a machine that goes down', function () {
  this.timeout(120_000)
  let logind: OwnLogind
  let world: RealWorld
  before(async function () {
    this.timeout(300_000)
    logind = await ownLogind()
    const shutdownGracePeriods = [
      { priority: 0, seconds: 3 },
      { priority: critical, seconds: 1 },
    ]
    world = await realWorld(undefined, { shutdownGracePeriods, logind: logind.places })
  })
  after(async () => {
    await world.close()
    await logind.close()
  })

  const readiness = () => world.cut.get(Node, '', nodeName)?.status?.conditions?.find(({ type }) => type === 'Ready')
  const nodeSays = (status: string): Promise<void> =>
    new Promise(resolve => {
      const look = (): void => {
        if (readiness()?.status !== status) return
        stop()
        resolve()
      }
      const stop = world.cut.subscribe(look)
      look()
    })

  it('waits for its pods, the critical last, and takes no more until it stays after all', async () => {
    const restartPolicy = 'Always'
    await world.create(Pod, boundPod('web', { restartPolicy, priority: 0, containers: [busybox(forever)] }))
    await world.create(Pod, boundPod('system', { restartPolicy, priority: critical, containers: [busybox(forever)] }))
    for (const name of ['web', 'system']) await world.until(name, isReady)
    const order: string[] = []
    const stop = world.cut.subscribe(() => {
      for (const name of ['web', 'system'])
        if (world.cut.get(Pod, 'default', name)?.status?.phase === 'Failed' && !order.includes(name)) order.push(name)
    })
    await logind.powerOff()
    await logind.asked
    stop()
    assert.deepEqual(order, ['web', 'system'])
    const message = 'Pod was terminated in response to imminent node shutdown.'
    for (const name of order) {
      const { reason, message: why, conditions } = (await world.until(name, () => true)).status ?? {}
      assert.deepEqual([reason, why], ['Terminated', message])
      const target = conditions?.find(({ type }) => type === 'DisruptionTarget')
      assert.deepEqual([target?.status, target?.reason], ['True', 'TerminationByKubelet'])
    }
    await nodeSays('False')
    assert.deepEqual([readiness()?.reason, readiness()?.message], ['KubeletNotReady', 'node is shutting down'])

    await world.create(Pod, boundPod('late', { containers: [busybox(forever)] }))
    const late = await world.until('late', pod => pod.status?.phase === 'Failed')
    assert.deepEqual(
      [late.status?.reason, late.status?.message],
      ['NodeShutdown', 'Pod was rejected: Pod was rejected as the node is shutting down.'],
    )
    logind.cancel()
    await nodeSays('True')
    assert.match(await logind.inhibitors(), /kubelet/)
    await world.create(Pod, boundPod('again', { containers: [busybox(forever)] }))
    await world.until('again', isReady)
    assert.deepEqual(
      world.events(nodeName).filter(event => event.startsWith('NodeShutdown')),
      [
        'NodeShutdown: Shutdown manager detected shutdown event',
        'NodeShutdown: Shutdown manager detected shutdown cancellation',
      ],
    )
  })
})

describe('a machine without logind', function () {
  this.timeout(300_000)

  it('says once that its pods end with it, and runs them', async () => {
    const lines: string[] = []
    const world = await realWorld(onProcesses, {
      shutdownGracePeriods: [{ priority: 0, seconds: 3 }],
      logind: { bus: 'unix:path=/nonexistent', configuration: '/nonexistent' },
      log: logger('node-agent', { write: line => void lines.push(line) }),
    })
    await world.create(Pod, boundPod('web', { containers: [{ ...busybox(forever) }] }))
    await world.until('web', isReady)
    await world.stopAgent()
    const told = lines.filter(line => line.includes('Failed to start node shutdown manager'))
    assert.equal(told.length, 1)
    assert.match(told[0] ?? '', /No such file or directory/)
    await world.startAgent()
    await world.close()
  })
})
