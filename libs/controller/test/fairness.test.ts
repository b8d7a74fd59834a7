import assert from 'node:assert/strict'
import { ConfigMap } from '@periplus/kinds'
import { virtualClock } from '@periplus/prelude'
import { memoryDecisions, runController, workQueue } from '../src/index.ts'
import type { Controller } from '../src/index.ts'
import { cluster, configMap, must, origin, settle } from './cluster.ts'

const key = (name: string) => ({ namespace: 'default', name })

describe('a key that is woken a thousand times while any other has its turn', () => {
  const queue = workQueue(virtualClock(0))
  const cold = Array.from({ length: 200 }, (_, i) => `cold-${i}`)
  const order: string[] = []
  const triggers: number[] = []
  let sequence = 0

  before(() => {
    queue.add(key('hot'), { sequence: sequence++, correlationId: 'root' })
    for (const name of cold) queue.add(key(name), { sequence: sequence++, correlationId: 'root' })
    while (new Set(order).size <= cold.length) {
      const [item] = queue.take(1)
      assert.ok(item)
      for (let i = 0; i < 1000; i++) queue.add(key('hot'), { sequence: sequence++, correlationId: 'root' })
      order.push(item.key.name)
      triggers.push(item.triggers.length)
      queue.done(item.key)
    }
  })

  it('has one turn more than the others, which come in their order', () => assert.deepEqual(order, ['hot', ...cold]))
  it('waits in one place, with the last of what woke it', () => {
    assert.equal(queue.depth, 1)
    const [item] = queue.take(10)
    assert.ok(item && item.triggers.length >= 64 && item.triggers.length <= 128, `${item?.triggers.length} triggers`)
    assert.equal(item.triggers.at(-1)?.sequence, sequence - 1)
    assert.ok(Math.max(...triggers) <= 128)
  })
})

describe('a key with ten thousand commands to give', () => {
  const all = 10_000
  const batch = 200
  const parts: Controller = {
    name: 'parts',
    version: 1,
    primary: ConfigMap,
    watches: [],
    wakesItself: ({ after }) => !after?.metadata.name.startsWith('part-'),
    decide: (cut, { name }) => {
      if (name === 'small') return { commands: [configMap('part-small', {})], why: 'all of it' }
      const done = cut.list(ConfigMap).filter(({ metadata }) => metadata.name.startsWith('part-large-')).length
      if (done === all) return { commands: [], why: 'done' }
      const commands = Array.from({ length: batch }, (_, i) => configMap(`part-large-${done + i}`, {}))
      return { commands, requeueAfter: 0, why: `${all - done} to go` }
    },
  }

  it('holds up another key by two of its batches at most', async function () {
    this.timeout(120_000)
    const { log, clock, process } = cluster()
    const { cut, commands, deliver } = process()
    const create = async (name: string): Promise<void> => {
      must(await commands.execute(configMap(name, {}), origin))
      deliver()
    }
    await create('large')
    const running = runController(parts, {
      ...{ cut, commands, clock, decisions: memoryDecisions(), newSeed: () => 1 },
      onBug: (_controller, _key, error) => assert.fail(String(error)),
    })
    await create('small')
    while (cut.list(ConfigMap).length < all + 3) {
      await settle()
      deliver()
      clock.advance(1)
    }
    await running.stop()
    const names = log.slice(1).map(({ ref }) => ref.name)
    const before = names.slice(0, names.indexOf('part-small')).filter(name => name.startsWith('part-large-')).length
    assert.ok(before <= 2 * batch, `${before} commands of the large key came first`)
    assert.equal(names.length, all + 3)
  })
})

describe('a round of decisions that takes more than a turn', () => {
  it('ends there, and others have their turn before the next', async () => {
    const { log, clock, process } = cluster()
    const { cut, commands, deliver } = process()
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) must(await commands.execute(configMap(name, {}), origin))
    deliver()
    const happened: string[] = []
    const decider: Controller = {
      ...{ name: 'decider', version: 1, primary: ConfigMap, watches: [] },
      decide: (_, { name }) => {
        happened.push(name)
        return { commands: [], why: 'nothing to do' }
      },
    }
    const running = runController(decider, {
      ...{ cut, commands, clock, decisions: memoryDecisions(), newSeed: () => 1 },
      onBug: (_controller, _key, error) => assert.fail(String(error)),
      turn: { isOver: () => true, next: async () => void happened.push('others') },
    })
    await settle()
    assert.deepEqual(
      happened,
      names.flatMap(name => ['others', name]),
    )
    await running.stop()
    assert.equal(log.slice(1).length, names.length)
  })
})
