import assert from 'node:assert/strict'
import { ConfigMap, Deployment, Event } from '@periplus/kinds'
import type { KubernetesObject } from '@periplus/api'
import type { Command } from '@periplus/commands'
import type { LiveCut } from '@periplus/projection'
import { memoryDecisions, runController } from '../src/index.ts'
import type { Controller } from '../src/index.ts'
import { cluster, configMap, must, origin, settle } from './cluster.ts'

const deployment = (name: string): Command => ({
  verb: 'create',
  kind: Deployment,
  object: {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
    },
  } as KubernetesObject,
})

/** Notes which keys it decides; a part of it throws at `bad`. */
const running = (planted: (decided: string[]) => Partial<Controller>) => {
  const world = cluster()
  const process = world.process()
  const decisions = memoryDecisions()
  const bugs: string[] = []
  const decided: string[] = []
  let seed = 0
  const base: Controller = {
    name: 'planted',
    version: 1,
    primary: Deployment,
    watches: [],
    decide: (_, { name }) => {
      decided.push(name)
      return { commands: [], why: 'it is looked at' }
    },
  }
  const run = () =>
    runController(
      { ...base, ...planted(decided) },
      {
        cut: process.cut,
        commands: process.commands,
        decisions,
        clock: world.clock,
        newSeed: () => seed++,
        onBug: (_, { name }) => bugs.push(name),
      },
    )
  const turn = async (): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await settle()
      process.deliver()
    }
  }
  const create = async (command: Command): Promise<void> => {
    must(await process.commands.execute(command, origin))
    process.deliver()
  }
  const pass = async (milliseconds: number): Promise<void> => {
    const end = world.clock.now() + milliseconds
    for (let next = world.clock.next(); next !== undefined && next <= end; next = world.clock.next()) {
      world.clock.advance(next - world.clock.now())
      await turn()
    }
    world.clock.advance(end - world.clock.now())
  }
  return { ...world, ...process, decisions, bugs, decided, run, turn, create, pass }
}

const boom = (): never => {
  throw new RangeError('Invalid time value')
}

const conditionsOf = (cut: LiveCut, name: string) =>
  (cut.get(Deployment, 'default', name)?.status?.conditions ?? []).map(({ type, status, reason, message }) =>
    [type, status, reason, message].join(' '),
  )

const throwing = (decided: string[]): Partial<Controller> => ({
  decide: (_, { name }) => {
    decided.push(name)
    return name === 'bad' ? boom() : { commands: [], why: 'it is looked at' }
  },
})

describe('a controller that throws', () => {
  it('tells so in an Event, a condition and a record, and decides the other keys', async () => {
    const { cut, run, turn, create, decided, decisions } = running(throwing)
    await create(deployment('bad'))
    await create(deployment('good'))
    const controller = run()
    await turn()
    assert.deepEqual(decided, ['bad', 'good'])
    const said = 'controller planted failed at this object (RangeError: Invalid time value)'
    const [condition = '', ...others] = conditionsOf(cut, 'bad')
    assert.deepEqual(others, [])
    assert.ok(condition.startsWith(`DecisionFailure True InternalError ${said}`), condition)
    assert.deepEqual(conditionsOf(cut, 'good'), [])
    const [event] = cut.list(Event, 'default')
    assert.equal(event?.involvedObject.name, 'bad')
    assert.equal(event.type, 'Warning')
    assert.ok(event.message?.startsWith(said))
    const [record] = decisions.records
    assert.equal(record?.failed, 'RangeError: Invalid time value')
    assert.equal(record.why, 'it could not be decided: RangeError: Invalid time value')
    await controller.stop()
  })

  it('comes back ever more seldom, however often the key is woken, and tells of it more seldom still', async () => {
    const { log, cut, run, turn, create, pass, decided, commands } = running(throwing)
    await create(deployment('bad'))
    const controller = run()
    await turn()
    const ref = { group: 'apps', resource: 'deployments', namespace: 'default', name: 'bad' }
    for (let second = 0; second < 600; second++) {
      const body = { metadata: { annotations: { touched: String(second) } } }
      await commands.execute({ verb: 'patch', kind: Deployment, ref, patch: { type: 'merge', body } }, origin)
      await turn()
      await pass(1000)
    }
    // Twelve doublings of 10 ms make less than a minute; then it is once a minute.
    assert.ok(decided.length >= 15 && decided.length <= 25, `${decided.length} decisions in ten minutes`)
    const own = log.slice(1).filter(({ origin: { actor } }) => actor === 'controller:planted')
    assert.ok(own.length <= 10, `${own.length} events of its own`)
    assert.equal(cut.list(Event, 'default').length, 1)
    await controller.stop()
  })

  it('takes its condition back when it can decide again', async () => {
    let broken = true
    const { cut, run, turn, create, pass } = running(() => ({
      decide: () => (broken ? boom() : { commands: [], why: 'it is well' }),
    }))
    await create(deployment('bad'))
    const controller = run()
    await turn()
    assert.equal(conditionsOf(cut, 'bad').length, 1)
    broken = false
    await pass(60_000)
    assert.deepEqual(conditionsOf(cut, 'bad'), [])
    await controller.stop()
  })

  it('is not asked at once again for a time that is no number', async () => {
    const { run, turn, create, pass, decided, bugs } = running(decided => ({
      decide: (_, { name }) => {
        decided.push(name)
        return { commands: [], requeueAfter: NaN, why: 'soon' }
      },
    }))
    await create(deployment('bad'))
    const controller = run()
    await turn()
    await pass(600_000)
    assert.ok(decided.length <= 25, `${decided.length} decisions in ten minutes`)
    assert.equal(bugs.length, decided.length)
    await controller.stop()
  })

  it('in foreseeing costs the key and not its round', async () => {
    const { cut, run, turn, create } = running(decided => ({
      assume: (before, [command]) =>
        command?.verb === 'create' && command.object.metadata?.name === 'of-bad' ? boom() : before,
      decide: (before, { name }) => {
        decided.push(name)
        const made = before.get(ConfigMap, 'default', `of-${name}`)
        return { commands: made ? [] : [configMap(`of-${name}`, {})], why: 'its own' }
      },
    }))
    await create(deployment('bad'))
    await create(deployment('good'))
    const controller = run()
    await turn()
    assert.deepEqual(
      cut.list(ConfigMap).map(({ metadata }) => metadata.name),
      ['of-good'],
    )
    assert.equal(conditionsOf(cut, 'bad').length, 1)
    await controller.stop()
  })

  it('in saying what a change wakes loses no key', async () => {
    const { cut, log, run, turn, create, pass, decided, bugs } = running(() => ({
      wakesItself: ({ after }) => (after?.metadata.name === 'bad' ? boom() : true),
    }))
    const controller = run()
    await create(deployment('bad'))
    await create(deployment('good'))
    await turn()
    assert.deepEqual(decided, ['good'])
    assert.deepEqual(bugs, ['bad'])
    const [event, ...others] = cut.list(Event, 'default')
    assert.deepEqual(others, [])
    assert.equal(event?.involvedObject.name, 'bad')
    assert.equal(
      event.message,
      'controller planted could not say what a change of this object concerns (RangeError: Invalid time value); ' +
        'it looks at everything again',
    )
    const told = log.slice(1).find(({ ref }) => ref.resource === 'events')
    assert.deepEqual(told?.origin.causes, [1])
    assert.equal(told?.origin.actor, 'controller:planted')
    await pass(60_000)
    assert.deepEqual(decided, ['good', 'bad', 'good'])
    await controller.stop()
  })

  it('in saying what changes of every kind wake does not tell of what it told', async () => {
    const { cut, log, run, turn, create, pass, bugs } = running(() => ({ watches: [{ every: true, keys: boom }] }))
    const controller = run()
    await create(deployment('bad'))
    await turn()
    await pass(600_000)
    assert.deepEqual(
      cut.list(Event, 'default').map(({ involvedObject, count }) => [involvedObject.name, count]),
      [['bad', 1]],
    )
    assert.deepEqual([log.slice(1).length, bugs.length], [2, 2])
    await controller.stop()
  })

  it('tells of keys that name nothing of its kind about the object that they are about', async () => {
    const { cut, run, turn, create } = running(() => ({
      startingKeys: cut => cut.list(Deployment).map(({ metadata }) => ({ namespace: '', name: metadata.uid })),
      wakesItself: () => false,
      about: (cut, { name }) => cut.byUid(name)?.object(),
      decide: boom,
    }))
    await create(deployment('bad'))
    const controller = run()
    await turn()
    assert.deepEqual(
      cut.list(Event, 'default').map(({ involvedObject, type }) => [involvedObject.name, type]),
      [['bad', 'Warning']],
    )
    assert.deepEqual(conditionsOf(cut, 'bad'), [])
    await controller.stop()
  })

  it('in saying where it begins begins with every object of its kind', async () => {
    const { run, turn, create, decided } = running(() => ({ startingKeys: boom }))
    await create(deployment('good'))
    const controller = run()
    await turn()
    assert.deepEqual(decided, ['good'])
    await controller.stop()
  })

  it('goes on where its commands or its records fail', async () => {
    const { commands, cut, clock, turn, create } = running(() => ({}))
    const decided: string[] = []
    const bugs: string[] = []
    await create(deployment('bad'))
    await create(deployment('good'))
    const controller = runController(
      {
        name: 'planted',
        version: 1,
        primary: Deployment,
        watches: [],
        decide: (_, { name }) => {
          decided.push(name)
          return { commands: name === 'bad' ? [configMap('of-bad', {})] : [], why: 'its own' }
        },
      },
      {
        cut,
        commands: {
          execute: (command, ...rest) =>
            command.kind === ConfigMap ? Promise.reject(new Error('planted')) : commands.execute(command, ...rest),
        },
        decisions: {
          record: ({ key }) => {
            if (key.name === 'good') boom()
          },
        },
        clock,
        newSeed: () => 1,
        onBug: (_, { name }) => bugs.push(name),
      },
    )
    await turn()
    assert.deepEqual(decided, ['bad', 'good'])
    assert.deepEqual(bugs.sort(), ['bad', 'good'])
    assert.equal(conditionsOf(cut, 'bad').length, 1)
    clock.advance(10)
    await turn()
    assert.deepEqual(decided, ['bad', 'good', 'bad', 'good'])
    await controller.stop()
  })
})
