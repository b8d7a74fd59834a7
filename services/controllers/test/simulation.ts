import type { KubernetesObject } from '@periplus/api'
import { builtInAdmission, createCommands } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { hollowKubelet, noFaults, simulate } from '@periplus/controller'
import type { Controller, Faults, Simulation } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Namespace, Node, Pod } from '@periplus/kinds'
import type { Kind } from '@periplus/api'
import {
  deploymentController,
  garbageCollector,
  namespaceController,
  nodeLifecycleController,
  podGarbageController,
  replicaSetController,
  resourceQuotaController,
  rootCaPublisher,
  serviceAccountController,
  taintEvictionController,
} from '../src/index.ts'

/** Puts pods on nodes in turn: the smallest thing that is a scheduler. */
const roundRobin: Controller = {
  name: 'scheduler',
  version: 1,
  primary: Pod,
  watches: [],
  batch: 1,
  decide: (cut, key, { random }) => {
    const pod = cut.get(Pod, key.namespace, key.name)
    const nodes = cut.list(Node)
    const node = nodes[Math.floor(random() * nodes.length)]
    if (!pod || !node || pod.spec?.nodeName || pod.metadata.deletionTimestamp) return { commands: [], why: 'nothing' }
    const { name, namespace } = pod.metadata
    const object = { metadata: { name, namespace }, target: { kind: 'Node', name: node.metadata.name } }
    return { commands: [{ verb: 'update', kind: Pod, subresource: 'binding', object }], why: 'by chance' }
  },
}

export const create = (kind: Kind, object: KubernetesObject): Command => ({ verb: 'create', kind, object })

export const patch = (kind: Kind, name: string, body: object, subresource?: string): Command => ({
  verb: 'patch',
  kind,
  ref: { group: kind.group, resource: kind.resource, namespace: kind.namespaced ? 'default' : '', name },
  ...(subresource ? { subresource } : {}),
  patch: { type: 'merge', body },
})

/** A cluster of these controllers over hollow nodes, in virtual time, with a namespace `default`. */
export const cluster = async (seed: number, faults: Faults = noFaults, nodes = 3): Promise<Simulation> => {
  const simulation = simulate({
    seed,
    faults,
    processes: [
      [
        deploymentController,
        replicaSetController,
        garbageCollector(kindsAt),
        namespaceController(kindsAt),
        serviceAccountController,
        rootCaPublisher('CA'),
        nodeLifecycleController,
        taintEvictionController,
        podGarbageController,
        resourceQuotaController,
      ],
      [roundRobin],
      [hollowKubelet({ startMilliseconds: 700, stopMilliseconds: 400 })],
    ],
    commandsOf: (cut, log, clock, random) =>
      createCommands({
        cut,
        log,
        kindsAt,
        admission: builtInAdmission,
        clock,
        admissionPatience: 0,
        newId: () => `id-${Math.floor(random() * 2 ** 48).toString(36)}`,
      }),
  })
  await simulation.user(create(Namespace, { metadata: { name: 'default' } }))
  for (let i = 0; i < nodes; i++) {
    await simulation.user(create(Node, { metadata: { name: `node-${i}` } }))
    await simulation.user(patch(Node, `node-${i}`, { status: healthy }, 'status'))
    await simulation.user(patch(Node, `node-${i}`, { spec: { taints: null } }))
  }
  await simulation.run(2000)
  return simulation
}

/** A node in good health, with a heartbeat that outlasts every test. */
export const healthy = {
  conditions: [{ type: 'Ready', status: 'True', lastHeartbeatTime: '2030-01-01T00:00:00Z' }],
  allocatable: { cpu: '16', memory: '64Gi', pods: '110' },
}
