import assert from 'node:assert/strict'
import type { Kind, Stored } from '@periplus/api'
import { ConfigMap } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { keyOf } from '../src/index.ts'
import type { Controller } from '../src/index.ts'
import { configMap, settle } from './cluster.ts'
import { running } from './running.ts'

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

describe('a controller that assumes what it decided', () => {
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

  it('goes by nothing that was refused, and waits for what was decided before that', async () => {
    const world = running(counter)
    for (const name of ['a', 'b']) await world.create(configMap(name, {}))
    await world.create(configMap('b-number', { taken: 'yes' }))
    world.deliver()
    const controller = world.start()
    await settle()
    // It is b's turn again, and a's number has not come.
    world.clock.advance(1_000)
    await settle()
    const ofB = () => world.decisions.records.filter(({ key }) => key.name === 'b')
    assert.deepEqual(
      ofB().map(({ cut, assumed, outcome }) => [cut, assumed, outcome[0]?.tag]),
      [[3, 1, 'Refused']],
    )
    world.deliver()
    await settle()
    assert.deepEqual(
      ofB()
        .slice(1)
        .map(({ cut, assumed, why }) => [cut, assumed, why]),
      [[4, undefined, 'it has none']],
    )
    await controller.stop()
  })
})
