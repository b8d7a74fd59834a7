import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { setTimeout as later } from 'node:timers/promises'
import { virtualClock } from '@periplus/prelude'
import { logger, lowBytes, portionBytes, reserveBytes } from '@periplus/service'
import type { NatsHealth } from '@periplus/service'
import { diskStep } from '../../src/supervisor/disk-keeper.ts'
import { verdictOf, watchLiveness } from '../../src/supervisor/liveness.ts'

const well: NatsHealth = { tag: 'Well' }
const failed = (...streams: readonly string[]): NatsHealth => ({ tag: 'WriteError', streams, message: 'no space left' })
const disabled: NatsHealth = { tag: 'Disabled', message: 'JetStream not enabled' }

describe('the disk of the log', () => {
  const cases: readonly (readonly [string, Parameters<typeof diskStep>[0], ReturnType<typeof diskStep>])[] = [
    ['with room is left alone', { health: well, free: lowBytes, held: reserveBytes }, 'Nothing'],
    ['is left alone while it is written', { health: well, free: 0, held: 0 }, 'Nothing'],
    [
      'has its reserve given back when the log is stopped',
      { health: failed('OBJECTS'), free: 0, held: reserveBytes },
      'GiveBack',
    ],
    ['keeps it while only others are', { health: failed('LOGS'), free: 0, held: reserveBytes }, 'Nothing'],
    ['has more of it given back', { health: failed('OBJECTS'), free: 0, held: portionBytes }, 'GiveBack'],
    [
      'has the rest of it given back where that and what is free do',
      { health: failed('OBJECTS'), free: portionBytes - 1, held: 1 },
      'GiveBack',
    ],
    ['keeps what would not do', { health: failed('OBJECTS'), free: portionBytes - 2, held: 1 }, 'Nothing'],
    ['has nothing left to give', { health: failed('OBJECTS'), free: portionBytes, held: 0 }, 'Nothing'],
    ['has room again', { health: failed('OBJECTS'), free: lowBytes, held: 0 }, 'Restart'],
    [
      'has room again for others',
      { health: failed('LOGS', 'DECISIONS'), free: lowBytes, held: reserveBytes },
      'Restart',
    ],
    ['has its reserve given back when all streams are', { health: disabled, free: 0, held: reserveBytes }, 'GiveBack'],
    ['has room again for all of them', { health: disabled, free: lowBytes, held: reserveBytes }, 'Restart'],
    ['of a silent server says nothing', { health: { tag: 'Silent' }, free: 0, held: reserveBytes }, 'Nothing'],
  ]
  for (const [what, given, expected] of cases) it(what, () => assert.equal(diskStep(given), expected))
})

describe('a child that does not answer', () => {
  it('is ended when it does nothing', () => {
    assert.equal(verdictOf({ unanswered: 9, idle: 9 }), 'Alive')
    assert.equal(verdictOf({ unanswered: 10, idle: 10 }), 'StandsStill')
  })
  it('is left alone while it works, for minutes and not for ever', () => {
    assert.equal(verdictOf({ unanswered: 99, idle: 0 }), 'Alive')
    assert.equal(verdictOf({ unanswered: 99, idle: 9 }), 'Alive')
    assert.equal(verdictOf({ unanswered: 100, idle: 0 }), 'Lost')
  })

  /** Whether a child that never answers is killed when it has been asked often enough; a question is asked every half second. */
  const isKilled = async (niceness: number, signal?: NodeJS.Signals): Promise<boolean> => {
    const onOne = (nice: number) => ['--cpu-list', '0', 'nice', '-n', String(nice), process.execPath, '-e', 'for (;;);']
    const others = Array.from({ length: 3 }, () => spawn('taskset', onOne(0), { stdio: 'ignore' }))
    const child = spawn('taskset', onOne(niceness), { stdio: 'ignore' })
    if (signal) child.kill(signal)
    let killed = false
    const watched = { pid: child.pid ?? 0, kill: async () => void (killed = true) }
    const clock = virtualClock(0)
    const stop = watchLiveness({
      ...{ clock, log: logger('test', { write: () => undefined }), name: 'child', answers: async () => false },
      child: () => watched,
    })
    for (let asked = 0; asked < 12; asked++) {
      clock.advance(3_000)
      await later(500)
    }
    stop()
    for (const each of [child, ...others]) each.kill('SIGKILL')
    return killed
  }
  it('is left alone where it would work and others have the processor, and ended where it is stopped', async () => {
    assert.equal(await isKilled(19), false)
    assert.equal(await isKilled(19, 'SIGSTOP'), true)
  }).timeout(60_000)
})
