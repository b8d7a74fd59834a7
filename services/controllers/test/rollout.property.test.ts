import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { KubernetesObject } from '@periplus/api'
import type { Faults, Simulation } from '@periplus/controller'
import { Deployment, Pod, ReplicaSet } from '@periplus/kinds'
import { noFaults } from '@periplus/controller'
import { cluster, create, patch } from './simulation.ts'
import { template } from './objects.ts'

const web = (spec: object): KubernetesObject =>
  ({
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }, 'v1'), ...spec },
  }) as KubernetesObject

const isActive = (pod: Pod): boolean => pod.metadata?.deletionTimestamp === undefined
const isReady = (pod: Pod): boolean =>
  isActive(pod) && (pod.status?.conditions ?? []).some(one => one.type === 'Ready' && one.status === 'True')

const podsOf = (simulation: Simulation): readonly Pod[] =>
  simulation.cut.list(Pod, 'default').filter(pod => pod.metadata.labels?.['app'] === 'web')

const statusOf = (simulation: Simulation) => simulation.cut.get(Deployment, 'default', 'web')?.status

/** Lets time pass until the Deployment is complete, looking at every step. */
const settle = async (simulation: Simulation, replicas: number, image: string, look = (): void => undefined) => {
  for (let step = 0; step < 1200; step++) {
    await simulation.run(100)
    look()
    const pods = podsOf(simulation)
    const images = pods.filter(isReady).map(pod => pod.spec?.containers[0]?.image)
    const generation = simulation.cut.get(Deployment, 'default', 'web')?.metadata.generation
    const status = statusOf(simulation)
    const told = (status?.availableReplicas ?? 0) === replicas && (status?.updatedReplicas ?? 0) === replicas
    if (
      pods.length === replicas &&
      images.every(one => one === image) &&
      images.length === replicas &&
      told &&
      status?.observedGeneration === generation
    )
      return
  }
  assert.fail(`not complete: ${JSON.stringify(statusOf(simulation))}, ${podsOf(simulation).length} pods`)
}

const limit = fc.oneof(
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: 0, max: 100 }).map(part => `${part}%`),
)
const resolve = (value: number | string, replicas: number, round: (value: number) => number): number =>
  typeof value === 'number' ? value : round((Number(value.slice(0, -1)) * replicas) / 100)

describe('a rolling update, step by step', function () {
  this.timeout(60_000)

  it('never has more pods than the surge allows nor fewer available than it must, and completes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ seed: fc.nat(), replicas: fc.integer({ min: 1, max: 9 }), maxSurge: limit, maxUnavailable: limit }),
        async ({ seed, replicas, maxSurge, maxUnavailable }) => {
          const simulation = await cluster(seed)
          const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }
          // Both zero is refused by validation; as percentages they may still both come to nothing.
          if (parseInt(String(maxSurge)) === 0 && parseInt(String(maxUnavailable)) === 0) return
          await simulation.user(create(Deployment, web({ replicas, strategy })))
          await settle(simulation, replicas, 'v1')

          const surge = resolve(maxSurge, replicas, Math.ceil)
          const floor = Math.min(replicas, resolve(maxUnavailable, replicas, Math.floor))
          const unavailable = surge === 0 && floor === 0 ? 1 : floor
          const look = (): void => {
            const pods = podsOf(simulation)
            const active = pods.filter(isActive).length
            const ready = pods.filter(isReady).length
            assert.ok(active <= replicas + surge, `${active} pods, ${replicas}+${surge} allowed`)
            assert.ok(ready >= replicas - unavailable, `${ready} available, ${replicas}-${unavailable} needed`)
          }
          const unsubscribe = (simulation.cut as unknown as { subscribe(look: () => void): () => void }).subscribe(look)
          await simulation.user(patch(Deployment, 'web', { spec: { template: template({ app: 'web' }, 'v2') } }))
          await settle(simulation, replicas, 'v2', look)
          unsubscribe()
        },
      ),
      { numRuns: 15 },
    ))

  const faults: fc.Arbitrary<Faults> = fc.record({
    crash: fc.double({ min: 0, max: 0.03, noNaN: true }),
    restartMilliseconds: fc.integer({ min: 1, max: 2000 }),
    staleMilliseconds: fc.integer({ min: 0, max: 300 }),
    duplicate: fc.double({ min: 0, max: 0.3, noNaN: true }),
  })

  it('completes through crashes, stale cuts and repeated deliveries, and rolls back', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), faults, async (seed, bad) => {
        const simulation = await cluster(seed, bad)
        await simulation.user(create(Deployment, web({ replicas: 5 })))
        await simulation.run(3000)
        await simulation.user(patch(Deployment, 'web', { spec: { template: template({ app: 'web' }, 'v2') } }))
        await simulation.run(1500)
        await simulation.user(patch(Deployment, 'web', { spec: { replicas: 7 } }))
        await simulation.run(1500)
        simulation.heal()
        await settle(simulation, 7, 'v2')
        await simulation.user(patch(Deployment, 'web', { spec: { template: template({ app: 'web' }, 'v1') } }))
        await settle(simulation, 7, 'v1')
        const sets = simulation.cut.list(ReplicaSet, 'default')
        assert.equal(sets.length, 2)
        assert.equal(
          simulation.cut.get(Deployment, 'default', 'web')?.metadata.annotations?.['deployment.kubernetes.io/revision'],
          '3',
        )
      }),
      { numRuns: 10 },
    ))

  it('goes to rest: once complete, nothing is written any more', async () => {
    const simulation = await cluster(3, noFaults)
    await simulation.user(create(Deployment, web({ replicas: 4 })))
    await settle(simulation, 4, 'v1')
    await simulation.run(5000)
    const before = simulation.cut.sequence
    await simulation.run(30_000)
    assert.equal(simulation.cut.sequence, before)
  })
})
