import assert from 'node:assert/strict'
import type { SerialisedCommand } from '@periplus/commands'
import { noFaults } from '@periplus/controller'
import type { DecisionRecord, Faults } from '@periplus/controller'
import type { Cut } from '@periplus/projection'
import { redecide } from '@periplus/replay'
import { liveThroughPreemption, preemptionControllers, waitsInVain, wrongs } from './preemption.ts'
import { failedSeeds, partsOfSeeds } from './seeds.ts'

const faults = { crash: 0.03, restartMilliseconds: 2_000, staleMilliseconds: 400, duplicate: 0.2 }

const complaints = async (seed: number, withFaults: Faults): Promise<readonly string[]> => {
  const simulation = await liveThroughPreemption(seed, withFaults)
  return [...wrongs(simulation), ...waitsInVain(simulation)]
}

describe('pods that matter more than others', function () {
  this.timeout(15 * 60_000)

  it('get the room of those when nothing goes wrong', async () => assert.deepEqual(await complaints(1, noFaults), []))

  for (const seeds of partsOfSeeds(20))
    it(`get it through crashes, stale cuts and duplicate deliveries, and no node has too many, seeds ${seeds.first} to ${seeds.last}`, async () =>
      assert.deepEqual(await failedSeeds(seeds, seed => complaints(seed, faults)), []))

  it('are seen to crowd a node where placements of a round do not see each other', async () => {
    const careless = preemptionControllers.map(one => (one.assume ? { ...one, assume: (cut: Cut) => cut } : one))
    const found: string[] = []
    for (let seed = 1; seed <= 20 && found.length === 0; seed++)
      found.push(...wrongs(await liveThroughPreemption(seed, faults, careless)))
    assert.notEqual(found.length, 0)
  })

  it('are placed again as they were, also those that were placed after an eviction of the same round', async () => {
    let built = false
    for (let seed = 1; seed <= 20 && !built; seed++) {
      const { log, decisions } = await liveThroughPreemption(seed, faults)
      const replayed = await redecide(log, decisions, preemptionControllers)
      assert.deepEqual(replayed.changed, [])
      assert.equal(replayed.identical, decisions.length)
      const evictions = new Set(decisions.filter(evicts).map(({ id }) => id))
      built = decisions.some(({ after = '' }) => evictions.has(after))
    }
    assert.ok(built)
  })
})

const evicts = ({ commands }: DecisionRecord): boolean =>
  commands.some(command => (command as SerialisedCommand).verb === 'delete')
