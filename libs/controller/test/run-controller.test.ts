import assert from 'node:assert/strict'
import { ConfigMap } from '@periplus/kinds'
import type { Controller, Decision } from '../src/index.ts'
import { configMap, dataOf, settle } from './cluster.ts'
import { running } from './running.ts'

/** Copies each `x` to `x-copy`, with a number drawn at random. */
const copier: Controller = {
  name: 'copier',
  version: 1,
  primary: ConfigMap,
  watches: [],
  decide: (cut, key, { random }): Decision => {
    if (key.name.endsWith('-copy')) return { commands: [], why: 'a copy' }
    if (cut.get(ConfigMap, key.namespace, `${key.name}-copy`)) return { commands: [], why: 'there is a copy' }
    return { commands: [configMap(`${key.name}-copy`, { number: String(random()) })], why: 'there is no copy' }
  },
}

describe('a running controller', () => {
  it('decides what it finds at the start and what comes later, and records it', async () => {
    const world = running(copier)
    await world.create(configMap('early', {}))
    world.deliver()
    const controller = world.start()
    await settle()
    await world.create(configMap('late', {}))
    world.deliver()
    await settle()
    world.deliver()
    await settle()
    assert.deepEqual(
      world.cut.list(ConfigMap).map(object => object.metadata.name),
      ['early', 'early-copy', 'late', 'late-copy'],
    )
    const made = world.decisions.records.filter(record => record.commands.length > 0)
    assert.deepEqual(
      made.map(({ key, cut, triggers, why }) => [key.name, cut, triggers, why]),
      [
        ['early', 1, [], 'there is no copy'],
        ['late', 3, [3], 'there is no copy'],
      ],
    )
    await controller.stop()
  })

  it('names what triggered it, its decision and the root command in the events it causes', async () => {
    const world = running(copier)
    const controller = world.start()
    await world.create(configMap('one', {}))
    world.deliver()
    await settle()
    const [, event] = world.log.slice(1)
    assert.equal(event?.origin.actor, 'controller:copier')
    assert.deepEqual(event.origin.causes, [1])
    assert.equal(event.origin.correlationId, 'root')
    assert.equal(event.origin.decisionId, world.decisions.records[0]?.id)
    await controller.stop()
  })

  it('decides nothing on a cut that lacks its own last write', async () => {
    const world = running(copier)
    const controller = world.start()
    await world.create(configMap('one', {}))
    world.deliver()
    await settle()
    assert.equal(world.log.slice(1).length, 2)
    // The copy is in the log, not yet in the cut; another trigger must wait for it.
    await world.create(configMap('two', {}))
    world.cut.apply(world.log.slice(3))
    await settle()
    assert.deepEqual(
      world.decisions.records.filter(record => record.key.name === 'two').map(record => record.cut),
      [3],
    )
    await controller.stop()
  })

  it('comes back when it asked to', async () => {
    const world = running({ ...copier, decide: () => ({ commands: [], requeueAfter: 1000, why: 'not yet' }) })
    await world.create(configMap('one', {}))
    world.deliver()
    const controller = world.start()
    for (const expected of [1, 2, 3]) {
      await settle()
      assert.equal(world.decisions.records.length, expected)
      world.clock.advance(999)
      await settle()
      assert.equal(world.decisions.records.length, expected)
      world.clock.advance(1)
    }
    await controller.stop()
  })

  it('tries a refused key again with back-off and tells the decision why', async () => {
    const refused: unknown[] = []
    const world = running({
      ...copier,
      decide: (_cut, _key, moment) => {
        refused.push(moment.refused?.refusal.tag)
        return { commands: [configMap('taken', {})], why: 'always' }
      },
    })
    await world.create(configMap('taken', {}))
    world.deliver()
    const controller = world.start()
    await settle()
    world.clock.advance(10)
    await settle()
    assert.deepEqual(refused, [undefined, 'AlreadyExists'])
    assert.equal(world.decisions.records[1]?.outcome[0]?.tag, 'Refused')
    await controller.stop()
  })

  it('reports a throw as a bug and goes on with other keys', async () => {
    const world = running({
      ...copier,
      decide: (cut, key, moment) => {
        if (key.name === 'bad') throw new Error('a bug')
        return copier.decide(cut, key, moment)
      },
    })
    await world.create(configMap('bad', {}))
    await world.create(configMap('good', {}))
    world.deliver()
    const controller = world.start()
    await settle()
    world.deliver()
    assert.equal(world.bugs.length, 1)
    assert.equal(dataOf(world.cut.get(ConfigMap, 'default', 'good-copy'))['number'] !== undefined, true)
    await controller.stop()
  })

  it('decides nothing while another copy leads', async () => {
    let leads = false
    const world = running(copier, { leads: () => leads })
    await world.create(configMap('one', {}))
    world.deliver()
    const controller = world.start()
    await settle()
    assert.equal(world.decisions.records.length, 0)
    leads = true
    controller.resync()
    await settle()
    assert.equal(world.log.slice(2).length, 1)
    await controller.stop()
  })
})
