import assert from 'node:assert/strict'
import type { Kind, Stored } from '@periplus/api'
import { ConfigMap } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { Command } from '@periplus/commands'
import { keyOf, memoryDecisions, runController } from '../src/index.ts'
import type { Controller, Decision } from '../src/index.ts'
import { cluster, configMap, dataOf, must, origin, settle } from './cluster.ts'

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

/** Gives each `x` the next free number, in an `x-number`: one that must know what was given before. */
const counter: Controller = {
  name: 'counter',
  version: 1,
  primary: ConfigMap,
  watches: [],
  wakesItself: ({ after }) => !after?.metadata.name.endsWith('-number'),
  startingKeys: cut =>
    cut
      .list(ConfigMap)
      .map(keyOf)
      .filter(({ name }) => !name.endsWith('-number')),
  assume: (cut, commands) => {
    const there = new Set(cut.list(ConfigMap).map(({ metadata }) => metadata.name))
    const made = commands
      .flatMap(command => (command.verb === 'create' ? [command.object as Stored<ConfigMap>] : []))
      .filter(({ metadata }) => !there.has(metadata.name))
    const list = (kind: Kind, namespace?: string) => [...cut.list(kind, namespace), ...made]
    return Object.assign(Object.create(cut) as Cut, { list })
  },
  decide: (cut, key) => {
    const given = cut.list(ConfigMap).filter(({ data }) => data?.['number'] !== undefined)
    if (given.some(({ metadata }) => metadata.name === `${key.name}-number`)) return { commands: [], why: 'it has one' }
    return { commands: [configMap(`${key.name}-number`, { number: String(given.length) })], why: 'it has none' }
  },
}

const numbers = (cut: Cut): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    cut
      .list(ConfigMap)
      .filter(({ metadata }) => metadata.name.endsWith('-number'))
      .map(({ metadata, data }) => [metadata.name.slice(0, -'-number'.length), data?.['number']]),
  )

const running = (controller: Controller = copier, more: { leads?: () => boolean } = {}) => {
  const world = cluster()
  const process = world.process()
  const decisions = memoryDecisions()
  const bugs: unknown[] = []
  let seed = 0
  const start = () =>
    runController(controller, {
      cut: process.cut,
      commands: process.commands,
      decisions,
      clock: world.clock,
      newSeed: () => seed++,
      onBug: (_name, _key, error) => bugs.push(error),
      ...more,
    })
  const create = async (command: Command) => must(await process.commands.execute(command, origin))
  return { ...world, ...process, decisions, bugs, start, create }
}

describe('a running controller', () => {
  it('decides what it finds at the start and what comes later, and records it', async () => {
    const world = running()
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
    const world = running()
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
    const world = running()
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

  it('decides a round on what the decisions before will have made of the cut, and says so in the records', async () => {
    const world = running(counter)
    for (const name of ['a', 'b', 'c']) await world.create(configMap(name, {}))
    world.deliver()
    const controller = world.start()
    await settle()
    world.deliver()
    assert.deepEqual(numbers(world.cut), { a: '0', b: '1', c: '2' })
    const [first, second, third] = world.decisions.records
    assert.deepEqual([first?.cut, second?.cut, third?.cut], [3, 3, 3])
    assert.deepEqual([first?.after, second?.after, third?.after], [undefined, first?.id, second?.id])
    await controller.stop()
  })

  it('decides on while what it decided is written, and says in the records how much of that it went by', async () => {
    const world = running({ ...counter, batch: 2 })
    for (const name of ['a', 'b', 'c', 'd', 'e']) await world.create(configMap(name, {}))
    world.deliver()
    const controller = world.start()
    await settle()
    const written = world.log.slice(6)
    assert.equal(written.length, 5)
    // The cut gets two of them, and the sixth key comes.
    world.cut.apply(written.slice(0, 2))
    await world.create(configMap('f', {}))
    world.cut.apply(world.log.slice(world.cut.sequence + 1))
    await settle()
    world.deliver()
    await settle()
    assert.deepEqual(numbers(world.cut), { a: '0', b: '1', c: '2', d: '3', e: '4', f: '5' })
    const acted = world.decisions.records.filter(({ commands }) => commands.length > 0)
    assert.deepEqual(
      acted.map(({ cut, assumed }) => [cut, assumed]),
      [[5, undefined], ...[1, 2, 3, 4].map(n => [5, n]), [11, undefined]],
    )
    assert.deepEqual(
      acted.slice(1, 5).map(({ after }) => after),
      acted.slice(0, 4).map(({ id }) => id),
    )
    await controller.stop()
  })

  it('goes by those alone of which the cut may lack something', async () => {
    const world = running(counter)
    for (const name of ['a', 'b', 'c']) await world.create(configMap(name, {}))
    world.deliver()
    const controller = world.start()
    await settle()
    // The numbers of a and b have come, c's has not.
    world.cut.apply(world.log.slice(4).slice(0, 2))
    controller.resync()
    await settle()
    const { key, why, after, assumed } = world.decisions.records.at(-1) ?? {}
    assert.deepEqual([key?.name, why, after, assumed], ['b', 'it has one', world.decisions.records[2]?.id, 1])
    await controller.stop()
  })

  it('has so many decisions under way at most', async () => {
    const world = running(counter)
    for (let i = 0; i < 300; i++) await world.create(configMap(`m${i}`, {}))
    world.deliver()
    const controller = world.start()
    await settle()
    assert.equal(world.log.slice(301).length, 128)
    for (let i = 0; i < 5; i++) {
      world.deliver()
      await settle()
    }
    assert.equal(new Set(Object.values(numbers(world.cut))).size, 300)
    await controller.stop()
  })

  it('ends a round where it cannot assume, and goes on when the cut has what was decided', async () => {
    const world = running({ ...counter, assume: () => undefined })
    for (const name of ['a', 'b']) await world.create(configMap(name, {}))
    world.deliver()
    const controller = world.start()
    await settle()
    assert.equal(world.decisions.records.length, 1)
    world.deliver()
    await settle()
    world.deliver()
    assert.deepEqual(numbers(world.cut), { a: '0', b: '1' })
    assert.deepEqual(
      world.decisions.records.map(({ after }) => after),
      [undefined, undefined],
    )
    await controller.stop()
  })

  it('looks again at what was decided after something that was refused', async () => {
    const world = running(counter)
    for (const name of ['a', 'b']) await world.create(configMap(name, {}))
    await world.create(configMap('a-number', { taken: 'yes' }))
    world.deliver()
    const controller = world.start()
    await settle()
    world.deliver()
    await settle()
    const keys = world.decisions.records.map(({ key, outcome }) => [key.name, outcome.map(({ tag }) => tag)])
    assert.deepEqual(keys.slice(0, 3), [
      ['a', ['Refused']],
      ['b', ['Done']],
      ['b', []],
    ])
    await controller.stop()
  })
})
