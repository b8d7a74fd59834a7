import type { KubernetesObject, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { hollowKubelet } from '@periplus/controller'
import type { Controller, Faults, Simulation } from '@periplus/controller'
import { Namespace, Node, Pod } from '@periplus/kinds'
import { scheduler } from '@periplus/scheduler'
import { cluster, node } from './scenario.ts'

export const preemptionControllers: readonly Controller[] = [
  scheduler,
  hollowKubelet({ startMilliseconds: 800, stopMilliseconds: 400 }),
]

const nodes = ['a', 'b', 'c']
/** Thousandths of a core that a node has. */
const room = 4_000

export const pod = (name: string, priority: number, cores: number): Command => ({
  verb: 'create',
  kind: Pod,
  object: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { priority, containers: [{ name: 'main', image: 'a', resources: { requests: { cpu: String(cores) } } }] },
  } as KubernetesObject,
})

const priorityOf = ({ spec }: Pod): number => spec?.priority ?? 0
const coresOf = ({ spec }: Pod): number => Number(spec?.containers[0]?.resources?.requests?.['cpu']) * 1000

/** Nodes full of pods that matter little, on which those that matter more come in crowds; and then a calm. */
export const liveThroughPreemption = async (
  seed: number,
  faults: Faults,
  controllers = preemptionControllers,
): Promise<Simulation> => {
  const simulation = cluster(seed, faults, controllers)
  const some = (below: number): number => Math.floor(simulation.random() * below)
  await simulation.user({ verb: 'create', kind: Namespace, object: { metadata: { name: 'default' } } })
  for (const name of nodes) await simulation.user({ verb: 'create', kind: Node, object: node(name) })
  await simulation.users(Array.from({ length: 12 }, (_, i) => pod(`low-${i}`, 0, 1)))
  await simulation.run(some(5_000))
  for (let crowd = 0; crowd < 4; crowd++) {
    const arrivals = Array.from({ length: 1 + some(4) }, (_, i) =>
      pod(`pod-${crowd}-${i}`, [0, 5, 10][some(3)] ?? 0, 1 + some(3)),
    )
    await simulation.users(arrivals)
    await simulation.run(some(3_000))
    const there = simulation.cut.list(Pod, 'default')
    const one = there[some(there.length)]
    if (!one || some(2) === 0) continue
    const ref = { group: '', resource: Pod.resource, namespace: 'default', name: one.metadata.name }
    await simulation.users([{ verb: 'delete', kind: Pod, ref, options: {} }])
  }
  simulation.heal()
  await simulation.run(900_000)
  return simulation
}

/** What was wrong at any moment of the log: a node with more than it has room for, or somebody who left for nobody that matters more. */
export const wrongs = ({ log }: Simulation): readonly string[] => {
  const found: string[] = []
  const pods = new Map<string, Pod>()
  for (const event of log.slice(1)) {
    if (event.ref.resource !== 'pods') continue
    const one = JSON.parse(String(event.body)) as Stored<Pod>
    const { uid, name, deletionTimestamp } = one.metadata
    const before = pods.get(uid)
    if (event.type === 'deleted') pods.delete(uid)
    else pods.set(uid, one)
    const all = [...pods.values()]
    const taken = all.filter(({ spec }) => spec?.nodeName && spec.nodeName === one.spec?.nodeName)
    const cores = taken.reduce((sum, each) => sum + coresOf(each), 0)
    if (cores > room) found.push(`${one.spec?.nodeName} has ${cores} of ${room} at ${event.sequence}`)
    const isEvicted =
      event.origin.actor === 'scheduler:scheduler' &&
      deletionTimestamp !== undefined &&
      before?.metadata?.deletionTimestamp === undefined
    if (isEvicted && !all.some(other => !other.spec?.nodeName && priorityOf(other) > priorityOf(one)))
      found.push(`${name} was evicted for nobody at ${event.sequence}`)
  }
  return found
}

/** What is not as it should be when all is calm: somebody waits who has room, or for whom room could be made. */
export const waitsInVain = ({ cut }: Simulation): readonly string[] => {
  const pods = cut.list(Pod, 'default')
  return pods.flatMap(one => {
    const { name } = one.metadata
    if (one.metadata.deletionTimestamp) return [`${name} does not go`]
    if (one.spec?.nodeName) return one.status?.phase === 'Running' ? [] : [`${name} is ${one.status?.phase}`]
    const rooms = nodes.map(on => {
      const staying = pods
        .filter(({ spec }) => spec?.nodeName === on)
        .filter(other => priorityOf(other) >= priorityOf(one))
      return room - staying.reduce((sum, other) => sum + coresOf(other), 0)
    })
    return Math.max(...rooms) >= coresOf(one) ? [`${name} waits in vain`] : []
  })
}
