import assert from 'node:assert/strict'
import { E, virtualClock } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { ConfigMap } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { runEffect } from '../src/index.ts'
import type { EffectState } from '../src/index.ts'
import { cluster, configMap, must, origin, settle } from './cluster.ts'

const names = (cut: Cut): string =>
  cut
    .list(ConfigMap)
    .map(({ metadata }) => metadata.name)
    .join(' ')

/** An effect whose attempts the test ends one by one. */
const world = () => {
  const clock = virtualClock(0)
  const { cut, commands, deliver } = cluster().process()
  const applied: string[] = []
  const told: EffectState['tag'][] = []
  const bugs: unknown[] = []
  let end: (outcome: Either<string, void>) => void = () => undefined
  let desired = names
  const effect = runEffect<string>(
    {
      name: 'names',
      wakes: ({ event }) => event.ref.resource === 'configmaps',
      desired: at => desired(at),
      apply: wanted => {
        applied.push(wanted)
        return new Promise(resolve => (end = resolve))
      },
    },
    { cut, clock, report: state => told.push(state.tag), onBug: bug => bugs.push(bug), refreshEvery: 60_000 },
  )
  const create = async (name: string): Promise<void> => {
    must(await commands.execute(configMap(name, {}), origin))
    deliver()
    await settle()
  }
  const answer = async (outcome: Either<string, void>): Promise<void> => {
    end(outcome)
    await settle()
  }
  return { clock, effect, applied, told, bugs, create, answer, desires: (f: typeof names) => (desired = f) }
}

const done = E.right(undefined)

describe('runEffect', () => {
  it('applies what a cut wants at its start, and again what came meanwhile, together', async () => {
    const { effect, applied, create, answer } = world()
    await settle()
    assert.deepEqual(applied, [''])
    await create('a')
    await create('b')
    assert.deepEqual(applied, [''], 'never twice at once')
    await answer(done)
    assert.deepEqual(applied, ['', 'a b'])
    await answer(done)
    assert.deepEqual(effect.state, { tag: 'Applied', sequence: 2 })
    await effect.stop()
    await create('c')
    assert.equal(applied.length, 2)
  })

  it('tries again what failed, later each time, or at the next change', async () => {
    const { clock, effect, applied, told, create, answer } = world()
    await settle()
    for (const wait of [10, 20, 40]) {
      await answer(E.left('no'))
      const attempts = applied.length
      clock.advance(wait - 1)
      await settle()
      assert.equal(applied.length, attempts)
      clock.advance(1)
      await settle()
      assert.equal(applied.length, attempts + 1)
    }
    await answer(E.left('still no'))
    assert.deepEqual(effect.state, { tag: 'Failing', why: 'still no', attempts: 4, since: 0 })
    await create('a')
    await answer(done)
    assert.equal(applied.at(-1), 'a')
    assert.deepEqual(told, ['Failing', 'Failing', 'Failing', 'Failing', 'Applied'])
    await effect.stop()
  })

  it('waits no longer because of changes at which it failed', async () => {
    const { clock, effect, applied, create, answer } = world()
    await settle()
    await answer(E.left('no'))
    for (const name of ['a', 'b', 'c', 'd']) {
      await create(name)
      await answer(E.left('not yet'))
    }
    const attempts = applied.length
    clock.advance(10)
    await settle()
    assert.equal(applied.length, attempts + 1)
    await answer(done)
    await effect.stop()
  })

  it('makes the world as wanted again after a time, whoever was at it', async () => {
    const { clock, effect, applied, answer } = world()
    await settle()
    await answer(done)
    clock.advance(60_000)
    await settle()
    await answer(done)
    assert.deepEqual(applied, ['', ''])
    await effect.stop()
    assert.equal(clock.next(), undefined)
  })

  it('survives a throw, which it tells of as a bug', async () => {
    const { clock, effect, applied, bugs, answer, desires } = world()
    await settle()
    desires(() => {
      throw new Error('a bug')
    })
    clock.advance(60_000)
    await answer(done)
    clock.advance(60_000)
    await settle()
    assert.equal(bugs.length, 1)
    assert.equal(effect.state.tag, 'Failing')
    desires(() => 'well again')
    clock.advance(10)
    await settle()
    assert.equal(applied.at(-1), 'well again')
    await answer(done)
    await effect.stop()
  })
})
