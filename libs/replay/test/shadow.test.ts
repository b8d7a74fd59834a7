import assert from 'node:assert/strict'
import { E, virtualClock } from '@periplus/prelude'
import { memoryDecisions, runController } from '@periplus/controller'
import type { Controller } from '@periplus/controller'
import { serialiseCommand } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { ConfigMap, Secret } from '@periplus/kinds'
import { mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { apart, shadowOf } from '../src/index.ts'
import type { ShadowDifference } from '../src/index.ts'
import { configMaps } from './events.ts'

const note = (name: string): Command => ({
  verb: 'create',
  kind: ConfigMap,
  object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } },
})

/** Notes what it saw of a ConfigMap, when, and a random number. */
const noting = (more: Partial<Controller> = {}, extra = ''): Controller => ({
  name: 'noting',
  version: 1,
  primary: ConfigMap,
  watches: [],
  decide: (cut, key, { now, random }) => {
    const seen = cut.get(ConfigMap, key.namespace, key.name)?.data?.['n']
    return { commands: [note(`${key.name}-${seen}-${now}-${random()}${extra}`)], why: 'something was seen' }
  },
  ...more,
})

/** A live controller and a shadow of it, each with a cut of its own of one log. What is asked for is done when it is `written`. */
const beside = async (live: Controller, shadowed: readonly Controller[], written = Promise.resolve()) => {
  const { log, put } = configMaps()
  const clock = virtualClock(1_000)
  const [liveCut, cut] = [mutableCut(), mutableCut()]
  const decisions = memoryDecisions()
  const told: ShadowDifference[] = []
  const onBug = (error: unknown): void => assert.fail(String(error))
  put('before', { n: '0' })
  for (const one of [liveCut, cut]) one.apply(log.slice(1))
  const shadow = shadowOf({
    ...{ cut, controllers: shadowed, clock, onBug, newSeed: () => 7 },
    tell: difference => void told.push(difference),
  })
  let seed = 0
  const turn = (): Promise<unknown> => new Promise(resolve => setImmediate(resolve))
  const running = runController(live, {
    ...{ cut: liveCut, decisions, clock, newSeed: () => seed++, onBug: (_, error) => onBug(error) },
    commands: {
      execute: () => written.then(() => E.right({ object: {}, sequence: 0, changed: false, deleted: false })),
    },
  })
  // What it looks at when it starts was before the shadow.
  await turn()
  let recorded = decisions.records.length
  return {
    ...{ shadow, told, clock, put, stop: () => running.stop().then(shadow.stop) },
    /** The live one sees what was put, and decides. */
    liveSees: async (): Promise<void> => {
      liveCut.apply(log.slice(liveCut.sequence + 1))
      clock.advance(10)
      await turn()
    },
    /** The shadow is told of what was decided since. */
    hears: (): void => decisions.records.slice(recorded).forEach(record => (recorded++, shadow.recorded(record))),
    follows: (): void => {
      shadow.apply(log.slice(cut.sequence + 1))
      shadow.decideAlone(60_000)
    },
  }
}

const commandsOf = ({ live, shadow }: ShadowDifference) => [live?.commands, shadow?.commands]

describe('a shadow', () => {
  it('of the same code has nothing to tell, though it decides long after and in one go', async () => {
    const test = await beside(noting(), [noting()])
    for (let n = 1; n <= 5; n++) {
      test.put('a', { n: String(n) })
      test.put('b', { n: String(n) })
      await test.liveSees()
    }
    test.hears()
    test.clock.advance(30_000)
    test.follows()
    test.clock.advance(90_000)
    test.follows()
    assert.deepEqual(test.told, [])
    const { same, ...others } = test.shadow.counts
    assert.equal(same, 10)
    assert.deepEqual(others, {
      ...{ reworded: 0, different: 0, alone: 0, late: 0, missingPredecessor: 0, unknown: {} },
    })
    await test.stop()
  })

  it('knows what was under way when decisions at later cuts were taken', async () => {
    const assuming = noting({
      // What it made before is not looked at again.
      wakesItself: ({ after }) => after?.metadata.name.length === 1,
      assume: (cut, commands) =>
        Object.create(cut, { sequence: { value: cut.sequence + 100 * commands.length } }) as Cut,
      decide: cut => ({ commands: [note(`at-${cut.sequence}`)], why: 'one more' }),
    })
    let write = (): void => undefined
    const written = new Promise<void>(resolve => (write = resolve))
    const test = await beside({ ...assuming, startingKeys: () => [] }, [assuming], written)
    for (const name of ['a', 'b', 'c']) {
      test.put(name, {})
      await test.liveSees()
    }
    write()
    await test.liveSees()
    test.hears()
    test.follows()
    const { same, missingPredecessor } = test.shadow.counts
    assert.deepEqual([same, missingPredecessor, test.told], [3, 0, []])
    await test.stop()
  })

  it('tells by key what it would send otherwise, with the time, seed and state of the live one', async () => {
    const test = await beside(noting(), [noting({}, '!')])
    test.put('a', { n: '1' })
    await test.liveSees()
    test.hears()
    test.follows()
    const [one, ...more] = test.told
    assert.ok(one)
    assert.deepEqual(more, [])
    assert.deepEqual([one.controller, one.key, one.cut], ['noting', { namespace: 'default', name: 'a' }, 2])
    const [live] = one.live?.commands as readonly {
      readonly object: { readonly metadata: { readonly name: string } }
    }[]
    assert.match(live?.object.metadata.name ?? '', /^a-1-1\d{3}-0\./)
    assert.deepEqual(one.shadow?.commands, [serialiseCommand(note(`${live?.object.metadata.name}!`))])
    await test.stop()
  })

  it('counts other words and other failures apart', async () => {
    const reworded = await beside(noting({ decide: () => ({ commands: [], why: 'so' }) }), [
      noting({ decide: () => ({ commands: [], why: 'because' }) }),
    ])
    reworded.put('a', {})
    await reworded.liveSees()
    reworded.hears()
    reworded.follows()
    assert.deepEqual([reworded.shadow.counts.reworded, reworded.told], [1, []])
    await reworded.stop()

    const failing = await beside(noting({ decide: () => ({ commands: [], why: 'so' }) }), [
      noting({
        decide: () => {
          throw new TypeError('not a function')
        },
      }),
    ])
    failing.put('a', {})
    await failing.liveSees()
    failing.hears()
    failing.follows()
    assert.equal(failing.told.length, 1)
    assert.match(failing.told[0]?.shadow?.failed ?? '', /TypeError/)
    await failing.stop()
  })

  it('decides alone about what the live one leaves alone, after its patience, and says it once', async () => {
    const live = noting({ primary: Secret })
    const test = await beside(live, [noting({ decide: (_, { name }) => ({ commands: [note(name)], why: 'new' }) })])
    test.put('a', { n: '1' })
    await test.liveSees()
    test.follows()
    test.clock.advance(59_000)
    test.follows()
    assert.deepEqual(test.told, [])
    for (let n = 2; n < 5; n++) {
      test.clock.advance(61_000)
      test.follows()
      test.put('a', { n: String(n) })
      test.follows()
    }
    assert.deepEqual(test.told.map(commandsOf), [[undefined, [serialiseCommand(note('a'))]]])
    assert.equal(test.shadow.counts.alone, 1)
    await test.stop()
  })

  it('would not look where nothing that it watches has changed, and says so where the live one acts', async () => {
    const wakesNever = noting({ wakesItself: () => false })
    const test = await beside(noting(), [wakesNever])
    test.put('a', { n: '1' })
    await test.liveSees()
    test.hears()
    test.follows()
    assert.equal(test.told.length, 1)
    assert.equal(test.told[0]?.shadow, undefined)
    assert.equal(test.told[0]?.live?.commands.length, 1)
    await test.stop()
  })

  it('leaves out what comes too late for its cut, and what it does not know, and says how much', async () => {
    const test = await beside(noting(), [noting()])
    test.put('a', { n: '1' })
    await test.liveSees()
    test.put('a', { n: '2' })
    test.follows()
    test.hears()
    assert.deepEqual([test.shadow.counts.late, test.told], [1, []])
    await test.stop()

    const unknown = await beside(noting(), [])
    unknown.put('a', { n: '1' })
    await unknown.liveSees()
    unknown.hears()
    unknown.follows()
    assert.deepEqual([unknown.shadow.counts.unknown, unknown.told], [{ noting: 1 }, []])
    await unknown.stop()
  })
})

describe('commands of two decisions', () => {
  const answer = (...names: readonly string[]) => ({ commands: names.map(note).map(serialiseCommand), why: '' })

  it('are apart where one has them and the other one has not, as often as that', () => {
    const live = { ...answer('a', 'b', 'b'), id: 'x' }
    assert.deepEqual(apart({ live, shadow: answer('b', 'c', 'a') }), {
      liveOnly: answer('b').commands,
      shadowOnly: answer('c').commands,
    })
    assert.deepEqual(apart({ live, shadow: answer('b', 'b', 'a') }), { liveOnly: [], shadowOnly: [] })
    assert.deepEqual(apart({ shadow: answer('a') }), { liveOnly: [], shadowOnly: answer('a').commands })
    assert.deepEqual(apart({ live }), { liveOnly: live.commands, shadowOnly: [] })
  })
})
