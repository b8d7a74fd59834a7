import assert from 'node:assert/strict'
import { ConfigMap } from '@periplus/kinds'
import { decisionPace, memoryDecisions, runController } from '../src/index.ts'
import type { Controller, DecisionPace } from '../src/index.ts'
import { cluster, configMap, must, origin, settle } from './cluster.ts'

const ticks = 500
const tickMilliseconds = 40

/** Keys that are woken all the time, each decision at `cost` milliseconds: how many were taken, the most and the fewest for one key, in 20 seconds. */
const wokenAllTheTime = async (keys: number, cost: number, paceOf: (now: () => number) => DecisionPace | undefined) => {
  const { clock, process } = cluster()
  const { cut, commands, deliver } = process()
  for (let i = 0; i < keys; i++) must(await commands.execute(configMap(`map-${i}`, {}), origin))
  must(await commands.execute(configMap('wakes', {}), origin))
  deliver()
  let spent = 0
  const stopwatch = (): number => clock.now() + spent
  const taken = new Map<string, number>()
  const controller: Controller = {
    ...{ name: 'decider', version: 1, primary: ConfigMap, wakesItself: () => false },
    watches: [
      {
        kind: ConfigMap,
        keys: (_, at) => at.list(ConfigMap).map(({ metadata }) => ({ namespace: 'default', name: metadata.name })),
      },
    ],
    decide: (_, { name }) => {
      taken.set(name, (taken.get(name) ?? 0) + 1)
      spent += cost
      return { commands: [], why: 'nothing to do' }
    },
  }
  const pace = paceOf(() => clock.now())
  const running = runController(controller, {
    ...{ cut, commands, clock, decisions: memoryDecisions(), newSeed: () => 1, stopwatch, ...(pace ? { pace } : {}) },
    onBug: (_controller, _key, error) => assert.fail(String(error)),
  })
  for (let tick = 0; tick < ticks; tick++) {
    const data = { tick: String(tick) }
    const patch = { type: 'merge', body: { data } } as const
    const ref = { group: '', resource: 'configmaps', namespace: 'default', name: 'wakes' }
    must(await commands.execute({ verb: 'patch', kind: ConfigMap, ref, patch }, origin))
    deliver()
    clock.advance(tickMilliseconds)
    await settle()
  }
  await running.stop()
  const counts = [...taken.values()]
  const seconds = (ticks * tickMilliseconds) / 1_000
  return { part: (counts.reduce((a, b) => a + b, 0) * cost) / 1_000 / seconds, fewest: Math.min(...counts) / seconds }
}

describe('keys whose decisions cost much', () => {
  it('take a fifth of a processor together, however many are woken however often', async function () {
    this.timeout(60_000)
    const alone = await wokenAllTheTime(20, 5, () => undefined)
    assert.ok(alone.part > 2, `each for itself they would take ${alone.part} processors`)
    const paced = await wokenAllTheTime(20, 5, decisionPace)
    assert.ok(paced.part < 0.35, `${paced.part} of a processor, with two seconds that are free`)
    assert.ok(paced.fewest > 0.9, `${paced.fewest} times a second`)
  })

  it('rest as ever where there is little to do, whatever it costs once', () => {
    let now = 0
    const pace = decisionPace(() => now)
    assert.deepEqual([0, 0.2, 1, 50, 400].map(pace.restAfter), [0, 0, 4, 200, 1_000])
    for (let i = 0; i < 200; i++, now += 100) assert.equal(pace.restAfter(5), 20)
  })
})
