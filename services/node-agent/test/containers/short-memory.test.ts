import assert from 'node:assert/strict'
import { Node, Pod } from '@periplus/kinds'
import { thisMachine } from '../../src/node/machine.ts'
import { boundPod, nodeName } from '../agent/world.ts'
import { busybox, forever, isReady } from './doing.ts'
import { realWorld } from './world.ts'
import type { RealWorld } from './world.ts'

describe('a node that is short of memory', function () {
  this.timeout(120_000)
  let world: RealWorld
  const here = thisMachine('/')
  const failed = (name: string): boolean => world.cut.get(Pod, 'default', name)?.status?.phase === 'Failed'
  /** The machine has enough as soon as the one that takes most is gone. */
  let isShort = false
  before(async function () {
    this.timeout(300_000)
    const room = async () => ({
      ...(await here.room()),
      memoryBytes: isShort && !failed('greedy') ? 2 ** 20 : 2 ** 33,
    })
    world = await realWorld(undefined, { machine: { facts: () => here.facts(), room } })
  })
  after(() => world.close())

  it('ends the pod that uses most beyond what it asked for, and no other', async () => {
    const uses = (mebibytes: number) =>
      `x=$(head -c ${mebibytes * 2 ** 20} /dev/zero | tr '\\0' x); touch /full; ${forever}`
    const whenFull = { readinessProbe: { exec: { command: ['test', '-f', '/full'] }, periodSeconds: 1 } }
    const asked = { ...whenFull, resources: { requests: { memory: '512Mi' } } }
    await world.create(Pod, boundPod('asked', { containers: [busybox(uses(24), asked)] }))
    await world.create(Pod, boundPod('modest', { containers: [busybox(uses(2), whenFull)] }))
    await world.create(Pod, boundPod('greedy', { containers: [busybox(uses(12), whenFull)] }))
    for (const name of ['asked', 'modest', 'greedy']) await world.until(name, isReady)
    isShort = true
    const { status } = await world.until('greedy', () => failed('greedy'))
    assert.equal(status?.reason, 'Evicted')
    assert.match(
      status?.message ?? '',
      /^The node was low on resource: memory\. Threshold quantity: 102400Ki, available: 1024Ki\. Container main was using \d+Ki, request is 0, has larger consumption of memory\. $/,
    )
    await new Promise<void>(resolve => {
      const stop = world.cut.subscribe(() => {
        const { conditions = [] } = world.cut.get(Node, '', nodeName)?.status ?? {}
        if (!conditions.some(({ type, status: is }) => type === 'MemoryPressure' && is === 'True')) return
        stop()
        resolve()
      })
    })
    assert.deepEqual([failed('asked'), failed('modest')], [false, false])
  })
})
