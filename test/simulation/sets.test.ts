import assert from 'node:assert/strict'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import { noFaults } from '@periplus/controller'
import type { Controller, Simulation } from '@periplus/controller'
import { DaemonSet, Node, Pod, StatefulSet } from '@periplus/kinds'
import { CutView } from '@periplus/projection'
import type { Cut } from '@periplus/projection'
import { redecide } from '@periplus/replay'
import { failedSeeds, partsOfSeeds } from './seeds.ts'
import { excesses, nodeOf, scaled } from './set-limits.ts'
import { daemonStory, liveThroughStory, setControllers, statefulStory } from './sets.ts'

const faults = { crash: 0.03, restartMilliseconds: 2_000, staleMilliseconds: 400, duplicate: 0.2 }

const notRunning = (pods: readonly Pod[]): readonly string[] =>
  pods.flatMap(({ metadata, status }) =>
    status?.phase === 'Running' ? [] : [`pod ${metadata?.name} is ${status?.phase}`],
  )

const outdated = (pods: readonly Pod[], release: string | undefined): readonly string[] =>
  pods.flatMap(({ metadata }) =>
    metadata?.annotations?.['release'] === release ? [] : [`pod ${metadata?.name} has an old template`],
  )

const restless = ({ clock, log }: Simulation): readonly string[] => {
  const late = log.slice(1).filter(event => Date.parse(event.time) > clock.now() - 60_000)
  return late.length > 0 ? [`${late.length} events in the last calm minute`] : []
}

/** As with Kubernetes: a pod that has not come to its node yet when that gets a taint that only keeps newcomers away is left to wait. */
const waitsForTaint = (cut: Cut, pod: Pod): boolean => {
  const taints = cut.get(Node, '', nodeOf(pod))?.spec?.taints
  return !pod.spec?.nodeName && (taints?.some(({ effect }) => effect === 'NoSchedule') ?? false)
}

/**
 * As with Kubernetes, too: one that waits is one of those that may be unavailable where pods are replaced in place, or of those that may be too many
 * where each is there before the one that it replaces goes; where that is all that may be, the others keep their template.
 */
const areHeldUp = ({ spec, status }: DaemonSet, waiting: readonly Pod[]): boolean => {
  const { maxSurge = 0, maxUnavailable = 1 } = spec?.updateStrategy?.rollingUpdate ?? {}
  return waiting.length >= scaled(maxSurge === 0 ? maxUnavailable : maxSurge, status?.desiredNumberScheduled ?? 0)
}

const ofDaemons = (simulation: Simulation): readonly string[] => {
  const { cut } = simulation
  const set = cut.get(DaemonSet, 'default', 'web')
  const waiting = cut.list(Pod, 'default').filter(pod => waitsForTaint(cut, pod))
  const pods = cut.list(Pod, 'default').filter(pod => !waiting.includes(pod))
  // Where the one that is to replace it waits, a pod stays.
  const awaitsAnother = (pod: Pod): boolean => waiting.some(other => nodeOf(other) === nodeOf(pod))
  const release = set?.spec?.template?.metadata?.annotations?.['release']
  const taken = cut.list(Node).filter(({ spec }) => !spec?.taints?.some(({ key }) => key === 'k'))
  const stays = cut.list(Node).filter(({ spec }) => !spec?.taints?.some(({ effect }) => effect === 'NoExecute'))
  const on = pods.map(({ spec }) => spec?.nodeName ?? '').sort()
  const missing = taken.filter(({ metadata }) => !on.includes(metadata.name))
  const wrong = on.filter((name, i) => on[i + 1] === name || !stays.some(({ metadata }) => metadata.name === name))
  return [
    ...excesses(simulation),
    ...missing.map(({ metadata }) => `no pod on ${metadata.name}`),
    ...wrong.map(name => `a pod too many on ${name}`),
    ...notRunning(pods),
    ...(set && areHeldUp(set, waiting)
      ? []
      : outdated(
          pods.filter(pod => !awaitsAnother(pod)),
          release,
        )),
    ...(set?.status?.numberAvailable === taken.length ? [] : [`${set?.status?.numberAvailable} are available`]),
    ...(set?.status?.observedGeneration === set?.metadata.generation ? [] : ['it is not observed']),
    ...restless(simulation),
  ]
}

const ofMembers = (simulation: Simulation): readonly string[] => {
  const { cut } = simulation
  const set = cut.get(StatefulSet, 'default', 'web')
  const pods = cut.list(Pod, 'default')
  const { replicas = 0, ordinals } = set?.spec ?? {}
  const names = Array.from({ length: replicas }, (_, i) => `web-${i + (ordinals?.start ?? 0)}`)
  const found = pods.map(({ metadata }) => metadata.name)
  return [
    ...excesses(simulation),
    ...(found.join() === names.join() ? [] : [`pods ${found.join()} instead of ${names.join()}`]),
    ...notRunning(pods),
    ...outdated(pods, set?.spec?.template?.metadata?.annotations?.['release']),
    ...(set?.status?.currentRevision === set?.status?.updateRevision ? [] : ['its update has not ended']),
    ...(set?.status?.availableReplicas === replicas ? [] : [`${set?.status?.availableReplicas} are available`]),
    ...restless(simulation),
  ]
}

/** A cut in which every pod of a daemon set may be unavailable. */
class Careless extends CutView {
  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    const found = super.get(kind, namespace, name)
    const { spec } = (found ?? {}) as DaemonSet
    const rollingUpdate = { maxSurge: 0, maxUnavailable: '100%' }
    return kind.resource === DaemonSet.resource && found && spec
      ? { ...found, spec: { ...spec, updateStrategy: { type: 'RollingUpdate', rollingUpdate } } }
      : found
  }
}

/** A cut in which pods of a stateful set are made without order. */
class Hasty extends CutView {
  override get<A extends KubernetesObject>(kind: Kind<A>, namespace: string, name: string): Stored<A> | undefined {
    const found = super.get(kind, namespace, name)
    const { spec } = (found ?? {}) as StatefulSet
    return kind.resource === StatefulSet.resource && found && spec
      ? { ...found, spec: { ...spec, podManagementPolicy: 'Parallel' } }
      : found
  }
}

const planted = (name: string, View: typeof Careless | typeof Hasty): readonly Controller[] =>
  setControllers.map(controller =>
    controller.name === name
      ? { ...controller, decide: (cut, key, moment) => controller.decide(new View(cut), key, moment) }
      : controller,
  )

for (const [name, story, complaints, careless] of [
  ['a daemon set', daemonStory, ofDaemons, planted('daemonset', Careless)],
  ['a stateful set', statefulStory, ofMembers, planted('statefulset', Hasty)],
] as const)
  describe(name, function () {
    this.timeout(15 * 60_000)
    it('converges when nothing goes wrong', async () =>
      assert.deepEqual(complaints(await liveThroughStory(story, 1, noFaults)), []))

    for (const seeds of partsOfSeeds(50))
      it(`keeps its limits and converges through crashes, stale cuts and duplicate deliveries, seeds ${seeds.first} to ${seeds.last}`, async () => {
        const lived = async (seed: number) => complaints(await liveThroughStory(story, seed, faults))
        assert.deepEqual(await failedSeeds(seeds, lived), [])
      })

    it('is seen to break its limits where it does', async () => {
      const found: string[] = []
      for (let seed = 1; seed <= 50 && found.length === 0; seed++)
        found.push(...excesses(await liveThroughStory(story, seed, faults, careless)))
      assert.notEqual(found.length, 0)
    })

    it('leaves decisions that are taken again as they were', async () => {
      const simulation = await liveThroughStory(story, 24, faults)
      const replayed = await redecide(simulation.log, simulation.decisions, setControllers)
      assert.deepEqual(replayed.changed, [])
      assert.equal(replayed.identical, simulation.decisions.length)
    })
  })

describe('a pod of a daemon set that its node no longer takes', () =>
  it('waits there where it has not come yet, as with Kubernetes', async () => {
    const simulation = await liveThroughStory(daemonStory, 771_016, faults)
    assert.deepEqual(ofDaemons(simulation), [])
    const { cut } = simulation
    assert.ok(cut.list(Pod, 'default').some(pod => waitsForTaint(cut, pod)))
  }))

describe('a rollout of a daemon set whose new pods are there before the old ones go', () => {
  it('leaves an old one where the new one waits, as with Kubernetes', async () => {
    const simulation = await liveThroughStory(daemonStory, 100_102, faults)
    assert.deepEqual(ofDaemons(simulation), [])
    const { status } = simulation.cut.get(DaemonSet, 'default', 'web') ?? {}
    assert.deepEqual([status?.numberMisscheduled, status?.updatedNumberScheduled], [1, 3])
  })

  it('is held up by as many that wait as may be too many, as with Kubernetes', async () => {
    const simulation = await liveThroughStory(daemonStory, 100_163, faults)
    assert.deepEqual(ofDaemons(simulation), [])
    const { status } = simulation.cut.get(DaemonSet, 'default', 'web') ?? {}
    assert.deepEqual([status?.numberMisscheduled, status?.updatedNumberScheduled], [1, 1])
  })
})

describe('a rollout of a daemon set that replaces pods in place', () =>
  it('is held up by a pod that waits, as with Kubernetes', async () => {
    const simulation = await liveThroughStory(daemonStory, 60_120, faults)
    assert.deepEqual(ofDaemons(simulation), [])
    const { status } = simulation.cut.get(DaemonSet, 'default', 'web') ?? {}
    assert.deepEqual([status?.numberAvailable, status?.updatedNumberScheduled], [3, 2])
  }))
