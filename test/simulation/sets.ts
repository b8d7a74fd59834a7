import type { Kind, KubernetesObject } from '@periplus/api'
import { hollowKubelet } from '@periplus/controller'
import type { Controller, Faults, Simulation } from '@periplus/controller'
import { daemonSetController, garbageCollector, statefulSetController } from '@periplus/controllers'
import { kindsAt } from '@periplus/custom'
import { DaemonSet, Namespace, Node, Pod, StatefulSet } from '@periplus/kinds'
import { scheduler } from '@periplus/scheduler'
import { cluster, node } from './scenario.ts'

export const setControllers: readonly Controller[] = [
  daemonSetController,
  statefulSetController,
  garbageCollector(kindsAt),
  scheduler,
  hollowKubelet({ startMilliseconds: 800, stopMilliseconds: 400 }),
]

/** What becomes of a set in a bad half minute: how it begins, what people do to it, and how it is left. */
interface Story {
  readonly kind: Kind
  readonly made: (random: () => number) => KubernetesObject
  readonly deeds: readonly ((simulation: Simulation) => Promise<unknown>)[]
  readonly end: object
}

const refIn = (kind: Kind, name: string) => ({
  group: kind.group,
  resource: kind.resource,
  namespace: kind.namespaced ? 'default' : '',
  name,
})

const patch = (simulation: Simulation, kind: Kind, name: string, body: object, subresource?: string) =>
  simulation.user({
    verb: 'patch',
    kind,
    ref: refIn(kind, name),
    patch: { type: 'merge', body },
    ...(subresource ? { subresource } : {}),
  })

const anyOf = <A>(simulation: Simulation, list: readonly A[]): A | undefined =>
  list[Math.floor(simulation.random() * list.length)]

const release = (kind: Kind) => (simulation: Simulation) =>
  patch(simulation, kind, 'web', {
    spec: { template: { metadata: { annotations: { release: String(Math.floor(simulation.random() * 3)) } } } },
  })

const deleteOnePod = async (simulation: Simulation): Promise<void> => {
  const victim = anyOf(simulation, simulation.cut.list(Pod, 'default'))
  if (victim) await simulation.user({ verb: 'delete', kind: Pod, ref: refIn(Pod, victim.metadata.name), options: {} })
}

const failOnePod = async (simulation: Simulation): Promise<void> => {
  const victim = anyOf(
    simulation,
    simulation.cut.list(Pod, 'default').filter(pod => pod.status?.phase === 'Running'),
  )
  if (victim) await patch(simulation, Pod, victim.metadata.name, { status: { phase: 'Failed' } }, 'status')
}

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'web:1', resources: { requests: { cpu: '100m' } } }] },
}

const taint = (effect: string) => ({ spec: { taints: [{ key: 'k', value: 'v', effect }] } })

export const daemonStory: Story = {
  kind: DaemonSet,
  made: random =>
    ({
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template,
        minReadySeconds: random() < 0.5 ? 0 : 1,
        updateStrategy: {
          type: 'RollingUpdate',
          rollingUpdate:
            random() < 0.5 ? { maxUnavailable: 1 + Math.floor(random() * 2) } : { maxSurge: 1, maxUnavailable: 0 },
        },
      },
    }) as KubernetesObject,
  deeds: [
    release(DaemonSet),
    release(DaemonSet),
    simulation =>
      patch(simulation, DaemonSet, 'web', {
        spec: {
          updateStrategy: {
            type: 'RollingUpdate',
            rollingUpdate:
              simulation.random() < 0.5 ? { maxSurge: 0, maxUnavailable: 2 } : { maxSurge: '40%', maxUnavailable: 0 },
          },
        },
      }),
    simulation => patch(simulation, Node, 'b', taint(simulation.random() < 0.5 ? 'NoExecute' : 'NoSchedule')),
    simulation => patch(simulation, Node, 'c', { spec: { unschedulable: true } }),
    simulation => patch(simulation, Node, 'b', { spec: { taints: null } }),
    deleteOnePod,
    failOnePod,
  ],
  end: { spec: { minReadySeconds: 0 } },
}

export const statefulStory: Story = {
  kind: StatefulSet,
  made: random =>
    ({
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'web', namespace: 'default' },
      spec: {
        replicas: 3,
        serviceName: 'web',
        podManagementPolicy: random() < 0.5 ? 'OrderedReady' : 'Parallel',
        selector: { matchLabels: { app: 'web' } },
        template,
      },
    }) as KubernetesObject,
  deeds: [
    release(StatefulSet),
    release(StatefulSet),
    simulation => patch(simulation, StatefulSet, 'web', { spec: { replicas: Math.floor(simulation.random() * 5) } }),
    simulation =>
      patch(simulation, StatefulSet, 'web', {
        spec: { updateStrategy: { rollingUpdate: { partition: Math.floor(simulation.random() * 3) } } },
      }),
    simulation =>
      patch(simulation, StatefulSet, 'web', { spec: { updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } } }),
    simulation =>
      patch(simulation, StatefulSet, 'web', { spec: { ordinals: { start: Math.floor(simulation.random() * 3) } } }),
    deleteOnePod,
    failOnePod,
  ],
  end: { spec: { updateStrategy: { rollingUpdate: { partition: 0 } } } },
}

/** A set through a bad half minute, and then a long calm. */
export const liveThroughStory = async (
  { kind, made, deeds, end }: Story,
  seed: number,
  faults: Faults,
  hosted = setControllers,
): Promise<Simulation> => {
  const simulation = cluster(seed, faults, hosted)
  await simulation.user({
    verb: 'create',
    kind: Namespace,
    object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } },
  })
  for (const name of ['a', 'b', 'c', 'd']) await simulation.user({ verb: 'create', kind: Node, object: node(name) })
  await simulation.user({ verb: 'create', kind, object: made(simulation.random) })
  for (let deed = 0; deed < 6; deed++) {
    await simulation.run(Math.floor(simulation.random() * 3000))
    await anyOf(simulation, deeds)?.(simulation)
  }
  await simulation.run(5_000)
  await patch(simulation, kind, 'web', end)
  simulation.heal()
  await simulation.run(180_000)
  return simulation
}
