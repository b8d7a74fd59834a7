import assert from 'node:assert/strict'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { noFaults } from '@periplus/controller'
import type { Controller } from '@periplus/controller'
import { Job } from '@periplus/kinds'
import { CutView } from '@periplus/projection'
import { doubles } from './job-doubles.ts'
import { endings, jobControllers, liveThroughJobs, miscounts } from './jobs.ts'
import { failedSeeds, partsOfSeeds } from './seeds.ts'

const faults = { crash: 0.03, restartMilliseconds: 2_000, staleMilliseconds: 400, duplicate: 0.2 }

/** A cut in which no index of a job has been done. */
class Forgetful extends CutView {
  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    const found = super.get(kind, namespace, name)
    return kind.resource === Job.resource && found
      ? { ...found, status: { ...(found as Job).status, completedIndexes: '' } }
      : found
  }
}

const complaints = async (seed: number, withFaults: typeof faults): Promise<readonly string[]> => {
  const simulation = await liveThroughJobs(seed, withFaults)
  const { plain, careful, indexed, queue, limited, doomed, held } = endings(simulation)
  return [
    ...miscounts(simulation),
    ...doubles(simulation),
    ...(plain === 'Complete with 5' ? [] : [`plain is ${plain}`]),
    ...(careful === 'Complete with 3' ? [] : [`careful is ${careful}`]),
    ...(indexed === 'Complete with 4' ? [] : [`indexed is ${indexed}`]),
    ...(/^Complete with [12]$/.test(queue ?? '') ? [] : [`queue is ${queue}`]),
    ...(/^(Complete with 4|Failed with [0-3])$/.test(limited ?? '') ? [] : [`limited is ${limited}`]),
    ...(/^(Complete with 9|Failed with [0-8])$/.test(doomed ?? '') ? [] : [`doomed is ${doomed}`]),
    ...(held === '0' ? [] : [`${held} pods are still held`]),
  ]
}

describe('jobs', () => {
  it('count each pod once, and end, when nothing goes wrong', async () =>
    assert.deepEqual(await complaints(1, noFaults), []))

  for (const seeds of partsOfSeeds(20))
    it(`do so through crashes, stale cuts and duplicate deliveries, seeds ${seeds.first} to ${seeds.last}`, async function () {
      this.timeout(15 * 60_000)
      assert.deepEqual(await failedSeeds(seeds, seed => complaints(seed, faults)), [])
    })

  it('are seen to begin an index again where they forget which are done', async function () {
    this.timeout(15 * 60_000)
    const planted = jobControllers.map(controller =>
      controller.name === 'job'
        ? {
            ...controller,
            decide: (...[cut, key, moment]: Parameters<Controller['decide']>) =>
              controller.decide(new Forgetful(cut), key, moment),
          }
        : controller,
    )
    const found: string[] = []
    for (let seed = 1; seed <= 20 && found.length === 0; seed++)
      // Without a calm: what is never done has new pods for as long as it lasts.
      found.push(...doubles(await liveThroughJobs(seed, faults, planted, 0)))
    assert.match(found.join(), /makes another pod of index \d/)
  })
})
