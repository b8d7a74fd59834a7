import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { noFaults } from '@periplus/controller'
import type { Simulation } from '@periplus/controller'
import { deploymentController } from '@periplus/controllers'
import { Deployment, Pod, ReplicaSet } from '@periplus/kinds'
import { redecide } from '@periplus/replay'
import { unavailability } from './availability.ts'
import { measuresByDeployment } from './one-measure.ts'
import { controllers, liveThrough } from './scenario.ts'
import { failedSeeds, partsOfSeeds } from './seeds.ts'

const faults = { crash: 0.03, restartMilliseconds: 2_000, staleMilliseconds: 400, duplicate: 0.2 }

/** What must hold when the calm has lasted long enough, in words; empty when all is well. */
const complaints = (simulation: Simulation): readonly string[] => {
  const { cut } = simulation
  const found: string[] = [...unavailability(simulation)]
  const deployment = cut.get(Deployment, 'default', 'web')
  const wanted = deployment?.spec?.replicas ?? -1
  const template = JSON.stringify(deployment?.spec?.template?.metadata?.annotations ?? {})
  const pods = cut.list(Pod, 'default')
  if (pods.length !== wanted) found.push(`${pods.length} pods instead of ${wanted}`)
  for (const pod of pods) {
    if (pod.status?.phase !== 'Running') found.push(`pod ${pod.metadata.name} is ${pod.status?.phase}`)
    if (JSON.stringify(pod.metadata.annotations ?? {}) !== template)
      found.push(`pod ${pod.metadata.name} has an old template`)
    const owner = pod.metadata.ownerReferences?.find(reference => reference.controller)
    if (!cut.byUid(owner?.uid ?? '')) found.push(`pod ${pod.metadata.name} has no owner`)
  }
  const scaled = cut.list(ReplicaSet, 'default').filter(set => (set.spec?.replicas ?? 0) > 0)
  if (scaled.length > 1) found.push(`${scaled.length} replica sets have replicas`)
  const status = deployment?.status
  if (status?.observedGeneration !== deployment?.metadata.generation) found.push('the deployment is not observed')
  for (const count of ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas'] as const)
    if ((status?.[count] ?? 0) !== wanted) found.push(`status.${count} is ${status?.[count]} instead of ${wanted}`)
  const calm = simulation.clock.now() - 60_000
  const late = simulation.log.slice(1).filter(event => Date.parse(event.time) > calm)
  if (late.length > 0) found.push(`${late.length} events in the last calm minute`)
  return found
}

const fingerprint = (simulation: Simulation): string => {
  const hash = createHash('sha256')
  for (const event of simulation.log.slice(1))
    hash.update(JSON.stringify([event.sequence, event.id, event.type])).update(event.body)
  return hash.digest('hex')
}

describe('a deployment', () => {
  it('converges when nothing goes wrong', async () => assert.deepEqual(complaints(await liveThrough(1, noFaults)), []))

  for (const seeds of partsOfSeeds(200))
    it(`converges through crashes, stale cuts and duplicate deliveries, seeds ${seeds.first} to ${seeds.last}`, async function () {
      this.timeout(15 * 60_000)
      assert.deepEqual(await failedSeeds(seeds, async seed => complaints(await liveThrough(seed, faults))), [])
    })

  it('is seen to be unavailable where pods of old ReplicaSets are measured by the Deployment', async function () {
    this.timeout(15 * 60_000)
    const planted = controllers.map(controller =>
      controller === deploymentController ? measuresByDeployment : controller,
    )
    const found: string[] = []
    for (let seed = 1; seed <= 50 && found.length === 0; seed++)
      found.push(...unavailability(await liveThrough(seed, faults, planted)))
    assert.match(found.join(), /leaves \d+ of \d+ available, and \d+ must be/)
  })

  it('lives through the same events again, given the same seed', async () =>
    assert.equal(fingerprint(await liveThrough(7, faults)), fingerprint(await liveThrough(7, faults))))

  it('leaves decisions that are taken again as they were', async () => {
    const simulation = await liveThrough(24, faults)
    const replayed = await redecide(simulation.log, simulation.decisions, controllers)
    assert.deepEqual(replayed.changed, [])
    assert.equal(replayed.identical, simulation.decisions.length)
    assert.ok(replayed.identical > 50)
    assert.ok(simulation.decisions.some(({ after }) => after !== undefined))
  })
})
