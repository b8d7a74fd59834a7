import assert from 'node:assert/strict'
import type { Pod } from '@periplus/kinds'
import { virtualClock } from '@periplus/prelude'
import { endPods } from '../../src/shutdown/end-pods.ts'
import { shutdownRounds } from '../../src/shutdown/rounds.ts'

const critical = 2_000_000_000
const pod = (name: string, priority?: number, grace = 60): Pod => ({
  metadata: { name },
  spec: { containers: [], terminationGracePeriodSeconds: grace, ...(priority === undefined ? {} : { priority }) },
})

describe('who is ended when', () => {
  const three = [
    { priority: 10, seconds: 5 },
    { priority: 100, seconds: 20 },
    { priority: critical, seconds: 3 },
  ]
  const rounds = (...pods: readonly Pod[]) =>
    shutdownRounds(three, pods).map(({ seconds, pods: members }) => [
      seconds,
      members.map(({ pod: { metadata }, graceSeconds }) => `${metadata?.name} ${graceSeconds}`),
    ])

  const table: readonly (readonly [string, readonly Pod[], readonly unknown[]])[] = [
    ['given nobody, then nobody', [], []],
    [
      'given pods of all priorities, then the least important first, each with what its round has',
      [pod('system', critical + 1000), pod('web', 150), pod('batch', 10), pod('db', critical - 1)],
      [
        [5, ['batch 5']],
        [20, ['web 20', 'db 20']],
        [3, ['system 3']],
      ],
    ],
    ['given a priority at a boundary, then the round that begins there', [pod('edge', 100)], [[20, ['edge 20']]]],
    ['given one below them all, or none, then the first', [pod('low', -5), pod('none')], [[5, ['low 5', 'none 5']]]],
    ['given pods that want less, then they get less', [pod('quick', 100, 7)], [[20, ['quick 7']]]],
    ['given pods that want nothing, then a second', [pod('rash', 100, 0)], [[20, ['rash 1']]]],
  ]
  for (const [name, pods, expected] of table) it(name, () => assert.deepEqual(rounds(...pods), expected))
})

describe('the rounds', () => {
  it('wait for each other, and for nobody longer than their time', async () => {
    const clock = virtualClock(0)
    const said: string[] = []
    const gone = new Map<string, () => void>()
    const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
    const planned = shutdownRounds(
      [
        { priority: 0, seconds: 10 },
        { priority: 100, seconds: 5 },
        { priority: critical, seconds: 2 },
      ],
      [pod('system', critical), pod('b', 100), pod('a')],
    )
    let over = false
    const ending = endPods(planned, {
      clock,
      end: ({ metadata }, deadline) => {
        said.push(`${clock.now()} ${metadata?.name} by ${deadline}`)
        return new Promise(resolve => void gone.set(metadata?.name ?? '', resolve))
      },
      late: () => said.push(`${clock.now()} late`),
    }).then(() => (over = true))
    await turn()
    clock.advance(3_000)
    gone.get('a')?.()
    await turn()
    // It never goes.
    clock.advance(5_000)
    await turn()
    assert.ok(!over)
    gone.get('system')?.()
    await ending
    assert.deepEqual(said, ['0 a by 10000', '3000 b by 8000', '8000 late', '8000 system by 10000'])
  })
})
