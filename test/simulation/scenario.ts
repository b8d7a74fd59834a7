import type { KubernetesObject } from '@periplus/api'
import { createCommands } from '@periplus/commands'
import { hollowKubelet, simulate } from '@periplus/controller'
import type { Controller, Faults, Simulation } from '@periplus/controller'
import {
  deploymentController,
  garbageCollector,
  namespaceController,
  replicaSetController,
} from '@periplus/controllers'
import { kindsAt } from '@periplus/custom'
import { Deployment, Namespace, Node, Pod, ReplicaSet } from '@periplus/kinds'
import { scheduler } from '@periplus/scheduler'

export const controllers: readonly Controller[] = [
  deploymentController,
  replicaSetController,
  garbageCollector(kindsAt),
  namespaceController(kindsAt),
  scheduler,
  hollowKubelet({ startMilliseconds: 800, stopMilliseconds: 400 }),
]

/** Each controller in a process of its own, so that each has a cut, and a fate, of its own. */
export const cluster = (seed: number, faults: Faults, hosted = controllers): Simulation =>
  simulate({
    seed,
    faults,
    processes: hosted.map(controller => [controller]),
    commandsOf: (cut, log, clock, random) =>
      createCommands({
        cut,
        log,
        kindsAt,
        admission: [],
        clock,
        newId: () => `${Math.floor(random() * 2 ** 32).toString(16)}-${Math.floor(random() * 2 ** 32).toString(16)}`,
      }),
  })

/** A node of four CPUs. */
export const node = (name: string) =>
  ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: {
      capacity: { cpu: '4', memory: '8Gi', pods: '110' },
      allocatable: { cpu: '4', memory: '8Gi', pods: '110' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  }) as KubernetesObject

const deployment = (replicas: number, image: string) =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default' },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image, resources: { requests: { cpu: '100m' } } }] },
      },
    },
  }) as KubernetesObject

const ref = { group: 'apps', resource: 'deployments', namespace: 'default', name: 'web' }
const patch = (simulation: Simulation, body: unknown) =>
  simulation.user({ verb: 'patch', kind: Deployment, ref, patch: { type: 'merge', body } })

/** What people do to a deployment, one thing at a time, at moments of the seed's choosing. */
const deeds: readonly ((simulation: Simulation) => Promise<unknown>)[] = [
  simulation => patch(simulation, { spec: { replicas: Math.floor(simulation.random() * 5) } }),
  simulation =>
    patch(simulation, {
      spec: { template: { metadata: { annotations: { release: String(Math.floor(simulation.random() * 3)) } } } },
    }),
  simulation => patch(simulation, { spec: { paused: simulation.random() < 0.5 } }),
  // A release that is not available for long, and others after it meanwhile.
  simulation =>
    patch(simulation, {
      spec: { minReadySeconds: 100, template: { metadata: { annotations: { release: 'slow' } } } },
    }),
  async simulation => {
    const pods = simulation.cut.list(Pod, 'default')
    const victim = pods[Math.floor(simulation.random() * pods.length)]
    if (!victim) return
    const { name, namespace = '' } = victim.metadata
    await simulation.user({
      verb: 'delete',
      kind: Pod,
      ref: { group: '', resource: 'pods', namespace, name },
      options: {},
    })
  },
  async simulation => {
    const [first] = simulation.cut.list(ReplicaSet, 'default')
    if (!first) return
    const { name, namespace = '' } = first.metadata
    await simulation.user({
      verb: 'delete',
      kind: ReplicaSet,
      ref: { group: 'apps', resource: 'replicasets', namespace, name },
      options: { propagationPolicy: 'Background' },
    })
  },
]

/** A deployment through a bad half minute, and then a long calm. */
export const liveThrough = async (seed: number, faults: Faults, hosted = controllers): Promise<Simulation> => {
  const simulation = cluster(seed, faults, hosted)
  await simulation.user({
    verb: 'create',
    kind: Namespace,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
  })
  for (const name of ['a', 'b', 'c']) await simulation.user({ verb: 'create', kind: Node, object: node(name) })
  await simulation.user({ verb: 'create', kind: Deployment, object: deployment(3, 'web:1') })
  for (let deed = 0; deed < 5; deed++) {
    await simulation.run(Math.floor(simulation.random() * 3000))
    await deeds[Math.floor(simulation.random() * deeds.length)]?.(simulation)
  }
  await simulation.run(5_000)
  await patch(simulation, { spec: { paused: false, minReadySeconds: 0 } })
  simulation.heal()
  await simulation.run(180_000)
  return simulation
}
