import assert from 'node:assert/strict'
import type { Commands } from '@periplus/commands'
import { Lease } from '@periplus/kinds'
import { electLeader } from '../src/index.ts'
import type { Leadership } from '../src/index.ts'
import { cluster, settle } from './cluster.ts'

const world = () => {
  const shared = cluster()
  const started: string[] = []
  const continued: string[] = []
  const ended = new Set<string>()
  let answered = Promise.resolve()
  /** From now on writes are answered when what it gives is called. */
  const hold = (): (() => void) => {
    let answer = (): void => undefined
    answered = new Promise(resolve => (answer = resolve))
    return answer
  }
  const copy = (
    identity: string,
  ): { leadership: Leadership; deliver: () => void; holder: () => string | undefined } => {
    const { cut, commands: prompt, deliver } = shared.process()
    const execute: Commands['execute'] = async (...asked) => {
      const done = await prompt.execute(...asked)
      await answered
      return done
    }
    const commands = { ...prompt, execute }
    const leadership = electLeader(
      {
        name: 'controllers',
        namespace: 'kube-system',
        identity,
        hasEnded: one => ended.has(one),
        onStart: () => started.push(identity),
        onContinue: () => continued.push(identity),
        onBug: error => {
          throw error
        },
      },
      { cut, commands, clock: shared.clock },
    )
    return {
      leadership,
      deliver,
      holder: () => cut.get(Lease, 'kube-system', 'controllers')?.spec?.holderIdentity,
    }
  }
  const pass = async (seconds: number, ...copies: { deliver: () => void }[]): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      shared.clock.advance(1000)
      for (let turn = 0; turn < 3; turn++) {
        await settle()
        for (const one of copies) one.deliver()
      }
    }
  }
  return { ...shared, started, continued, ended, hold, copy, pass }
}

describe('leadership', () => {
  it('belongs to one copy, however many ask at once', async () => {
    const { copy, pass, started } = world()
    const [a, b] = [copy('a'), copy('b')]
    await pass(1, a, b)
    assert.deepEqual([a.leadership.leads(), b.leadership.leads()], [true, false])
    await pass(60, a, b)
    assert.deepEqual([a.leadership.leads(), b.leadership.leads()], [true, false])
    assert.deepEqual(started, ['a'])
  })

  it('passes on when the leader falls silent, and never while it may still think that it leads', async () => {
    const { copy, pass, clock } = world()
    const a = copy('a')
    await pass(1, a)
    const b = copy('b')
    await pass(1, b)
    // `a` hears nothing from the log any more, nor is it heard: only `b` receives events.
    const silentSince = clock.now()
    let both = false
    while (!b.leadership.leads() && clock.now() - silentSince < 60_000) {
      await pass(1, b)
      both ||= a.leadership.leads() && b.leadership.leads()
    }
    assert.equal(b.leadership.leads(), true)
    assert.equal(both, false)
  })

  it('goes on where it was renewed too late and nobody else had it, and begins anew where somebody had', async () => {
    const { copy, pass, clock, started, continued, ended } = world()
    const a = copy('a')
    await pass(5, a)
    for (let lapse = 1; lapse <= 3; lapse++) {
      clock.advance(12_000)
      assert.equal(a.leadership.leads(), false)
      await pass(5, a)
      assert.equal(a.leadership.leads(), true)
      assert.equal(started.length, 1)
      assert.ok(continued.length >= lapse)
    }
    const b = copy('b')
    clock.advance(12_000)
    ended.add('a')
    await pass(5, b)
    assert.equal(b.leadership.leads(), true)
    ended.add('b')
    await pass(5, a)
    assert.deepEqual(started, ['a', 'b', 'a'])
  })

  it('goes on where it lapsed while it was being renewed', async () => {
    const { copy, pass, clock, started, continued, hold } = world()
    const a = copy('a')
    await pass(5, a)
    const answer = hold()
    await pass(3, a)
    assert.equal(a.leadership.leads(), true, 'the renewal is under way')
    while (a.leadership.leads()) clock.advance(100)
    answer()
    await pass(1, a)
    assert.equal(a.leadership.leads(), true)
    assert.deepEqual([started, continued], [['a'], ['a']])
  })

  it('is given back by a copy that stops', async () => {
    const { copy, pass } = world()
    const [a, b] = [copy('a'), copy('b')]
    await pass(1, a, b)
    const stopped = a.leadership.stop()
    await pass(3, a, b)
    await stopped
    assert.equal(b.leadership.leads(), true)
    assert.equal(b.holder(), 'b')
  })

  it('passes on at once when the leader is known to have ended', async () => {
    const { copy, pass, ended } = world()
    await pass(1, copy('a'))
    const b = copy('b')
    await pass(3, b)
    assert.equal(b.leadership.leads(), false)
    ended.add('a')
    await pass(2, b)
    assert.equal(b.leadership.leads(), true)
  })

  it('is taken back at once by a copy that starts again under its identity', async () => {
    const { copy, pass } = world()
    const before = copy('a')
    await pass(1, before)
    const again = copy('a')
    await pass(1, again)
    assert.equal(again.leadership.leads(), true)
  })
})
