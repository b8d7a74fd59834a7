import assert from 'node:assert/strict'
import { noFaults } from '@periplus/controller'
import { liveThroughVolumes, misbindings, unsettled } from './volumes.ts'

const faults = { crash: 0.03, restartMilliseconds: 2_000, staleMilliseconds: 400, duplicate: 0.2 }
const seeds = Math.ceil(Number(process.env['SIMULATION_SEEDS'] ?? 1000) / 25)
const part = 20

const complaints = async (seed: number, withFaults: typeof faults): Promise<readonly string[]> => {
  const simulation = await liveThroughVolumes(seed, withFaults)
  return [...misbindings(simulation), ...unsettled(simulation)]
}

describe('volumes and claims', () => {
  it('are bound once, and to each other, when nothing goes wrong', async () =>
    assert.deepEqual(await complaints(1, noFaults), []))

  for (let first = 1; first <= seeds; first += part)
    it(`are so through crashes, stale cuts and duplicate deliveries, seeds ${first} to ${first + part - 1}`, async function () {
      this.timeout(10 * 60_000)
      const failed: string[] = []
      for (let seed = first; seed < first + part; seed++) {
        const found = await complaints(seed, faults)
        if (found.length > 0) failed.push(`seed ${seed}: ${found.join(', ')}`)
      }
      assert.deepEqual(failed, [])
    })
})
