import type { KubernetesObject } from '@periplus/api'
import { controllersOf } from '@periplus/cluster/roles'
import { createCommands } from '@periplus/commands'
import { noFaults, simulate } from '@periplus/controller'
import type { Controller, Simulation } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { Lease, Namespace, Node } from '@periplus/kinds'
import { kubelet } from './kubelet.ts'
import { measured } from './measured.ts'
import type { Taken } from './measured.ts'

/** A cluster on virtual time, with every controller of the product and nodes that live, in one process. */
export interface BenchCluster {
  readonly simulation: Simulation
  /** What the product decides with. */
  readonly controllers: readonly Controller[]
  /** Lets time pass, in which nodes say that they live. */
  pass(milliseconds: number): Promise<void>
  taken(): readonly Taken[]
}

const apiServer = { serviceIp: '10.96.0.1', port: 6443, address: '10.0.0.1' }
const beatMilliseconds = 20_000
const leaseNamespace = 'kube-node-lease'

const nodeNamed = (name: string): KubernetesObject =>
  ({
    ...{ apiVersion: 'v1', kind: 'Node' },
    metadata: { name, labels: { 'kubernetes.io/hostname': name } },
    status: {
      allocatable: { cpu: '32', memory: '64Gi', pods: '500' },
      conditions: [{ type: 'Ready', status: 'True' }],
    },
  }) as KubernetesObject

export const openCluster = async (nodeCount: number): Promise<BenchCluster> => {
  const controllers = [...controllersOf('', apiServer), kubelet]
  const watched = measured(controllers)
  const simulation = simulate({
    ...{ seed: 1, faults: noFaults, processes: [watched.controllers] },
    commandsOf: (cut, log, clock, random) =>
      createCommands({
        ...{ cut, log, kindsAt, clock, admission: [] },
        newId: () => Math.floor(random() * 2 ** 52).toString(16),
      }),
  })
  const names = Array.from({ length: nodeCount }, (_, n) => `node-${n}`)
  for (const name of ['default', 'kube-system', leaseNamespace])
    await simulation.user({
      ...{ verb: 'create', kind: Namespace },
      object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } as KubernetesObject,
    })
  for (const name of names) {
    await simulation.user({ verb: 'create', kind: Node, object: nodeNamed(name) })
    await simulation.user({ verb: 'create', kind: Lease, object: lease(name, simulation.clock.now()) })
  }
  return {
    ...{ simulation, controllers },
    pass: async milliseconds => {
      const end = simulation.clock.now() + milliseconds
      while (simulation.clock.now() < end) {
        await simulation.run(Math.min(beatMilliseconds, end - simulation.clock.now()))
        for (const name of names)
          await simulation.user({ verb: 'update', kind: Lease, object: lease(name, simulation.clock.now()) })
      }
    },
    taken: watched.taken,
  }
}

const lease = (name: string, now: number): KubernetesObject =>
  ({
    ...{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name, namespace: leaseNamespace } },
    spec: {
      holderIdentity: name,
      leaseDurationSeconds: 40,
      renewTime: new Date(now).toISOString().replace('Z', '000Z'),
    },
  }) as KubernetesObject
