import assert from 'node:assert/strict'
import { noFaults } from '@periplus/controller'
import { failedSeeds, partsOfSeeds } from './seeds.ts'
import { liveThroughVolumes, misbindings, unsettled } from './volumes.ts'

const faults = { crash: 0.03, restartMilliseconds: 2_000, staleMilliseconds: 400, duplicate: 0.2 }

const complaints = async (seed: number, withFaults: typeof faults): Promise<readonly string[]> => {
  const simulation = await liveThroughVolumes(seed, withFaults)
  return [...misbindings(simulation), ...unsettled(simulation)]
}

describe('volumes and claims', () => {
  it('are bound once, and to each other, when nothing goes wrong', async () =>
    assert.deepEqual(await complaints(1, noFaults), []))

  for (const seeds of partsOfSeeds(20))
    it(`are so through crashes, stale cuts and duplicate deliveries, seeds ${seeds.first} to ${seeds.last}`, async function () {
      this.timeout(15 * 60_000)
      assert.deepEqual(await failedSeeds(seeds, seed => complaints(seed, faults)), [])
    })
})
