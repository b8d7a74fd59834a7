import type { KubernetesObject, Stored } from '@periplus/api'
import type { Controller, Faults, Simulation } from '@periplus/controller'
import { garbageCollector, jobController, jobOrphanController, podGarbageController } from '@periplus/controllers'
import { kindsAt } from '@periplus/custom'
import { Job, Namespace, Node, Pod, isPodActive } from '@periplus/kinds'
import { scheduler } from '@periplus/scheduler'
import { indexesIn } from './job-doubles.ts'
import { mortalKubelet } from './mortal-kubelet.ts'
import { cluster, node } from './scenario.ts'

/** What runs while jobs are lived through. */
export const jobControllers: readonly Controller[] = [
  jobController,
  jobOrphanController,
  podGarbageController,
  garbageCollector(kindsAt),
  scheduler,
  mortalKubelet,
]

const job = (name: string, spec: object): KubernetesObject =>
  ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'default' },
    spec: {
      backoffLimit: 1000,
      ...spec,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'a' }] } },
    },
  }) as KubernetesObject

const jobs: readonly KubernetesObject[] = [
  job('plain', { completions: 5, parallelism: 3 }),
  job('careful', { completions: 3, parallelism: 2, podReplacementPolicy: 'Failed' }),
  job('queue', { parallelism: 2 }),
  job('indexed', { completions: 4, parallelism: 4, completionMode: 'Indexed' }),
  job('limited', { completions: 4, parallelism: 2, completionMode: 'Indexed', backoffLimitPerIndex: 2 }),
  job('doomed', { completions: 9, parallelism: 3, backoffLimit: 2 }),
]

const refOf = (kind: typeof Job | typeof Pod, name: string) => ({
  group: kind.group,
  resource: kind.resource,
  namespace: 'default',
  name,
})
const patch = (simulation: Simulation, name: string, spec: object) =>
  simulation.user({ verb: 'patch', kind: Job, ref: refOf(Job, name), patch: { type: 'merge', body: { spec } } })

const any = <A>(simulation: Simulation, items: readonly A[]): A | undefined =>
  items[Math.floor(simulation.random() * items.length)]

/** What people do to jobs meanwhile. */
const deeds: readonly ((simulation: Simulation) => Promise<unknown>)[] = [
  async simulation => {
    const pod = any(simulation, simulation.cut.list(Pod, 'default'))
    if (pod) await simulation.user({ verb: 'delete', kind: Pod, ref: refOf(Pod, pod.metadata.name), options: {} })
  },
  simulation => patch(simulation, 'plain', { suspend: simulation.random() < 0.5 }),
  simulation => patch(simulation, 'indexed', { suspend: simulation.random() < 0.5 }),
  simulation => patch(simulation, 'plain', { parallelism: Math.floor(simulation.random() * 4) }),
]

/** Jobs of all kinds through a bad minute, and then a calm that outlasts every back-off. */
export const liveThroughJobs = async (
  seed: number,
  faults: Faults,
  controllers = jobControllers,
  calmMilliseconds = 24 * 3_600_000,
): Promise<Simulation> => {
  const simulation = cluster(seed, faults, controllers)
  const create = (kind: typeof Job | typeof Namespace | typeof Node, object: KubernetesObject) =>
    simulation.user({ verb: 'create', kind, object })
  await create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } })
  for (const name of ['a', 'b']) await create(Node, node(name))
  for (const one of jobs) await create(Job, one)
  for (let deed = 0; deed < 8; deed++) {
    await simulation.run(Math.floor(simulation.random() * 4000))
    await any(simulation, deeds)?.(simulation)
  }
  await simulation.run(5_000)
  await patch(simulation, 'plain', { suspend: false, parallelism: 3 })
  await patch(simulation, 'indexed', { suspend: false })
  simulation.heal()
  await simulation.run(calmMilliseconds)
  return simulation
}

type Uids = Map<string, Set<string>>

const add = (uids: Uids, job: string, uid: string): void => void uids.set(job, (uids.get(job) ?? new Set()).add(uid))

/** What was wrong at any moment of the log: something counted twice, a count that falls, or more pods than may run. */
export const miscounts = (simulation: Simulation): readonly string[] => {
  const found: string[] = []
  const succeeded: Uids = new Map()
  const failed: Uids = new Map()
  const running = new Map<string, Stored<Pod>>()
  const counts = new Map<string, number>()
  const done = new Map<string, ReadonlySet<string>>()

  const seePod = (pod: Stored<Pod>, gone: boolean): void => {
    const { uid, ownerReferences } = pod.metadata
    const owner = ownerReferences?.find(({ controller }) => controller)?.uid ?? ''
    if (pod.status?.phase === 'Succeeded') add(succeeded, owner, uid)
    else if (pod.status?.phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined) add(failed, owner, uid)
    if (isPodActive(pod) && !gone) running.set(uid, pod)
    else running.delete(uid)
    const beside = [...running.values()].filter(one => one.metadata.ownerReferences?.[0]?.uid === owner)
    if (beside.length > 4) found.push(`${beside.length} pods of ${pod.metadata.generateName} run`)
  }
  const seeIndexes = ({ metadata, spec, status }: Stored<Job>): void => {
    const [before, has] = [done.get(metadata.uid) ?? [], indexesIn(status?.completedIndexes)]
    if (spec?.completionMode === 'Indexed' && (status?.succeeded ?? 0) !== has.size)
      found.push(`${metadata.name} counts ${status?.succeeded ?? 0} successes of ${status?.completedIndexes}`)
    if ([...before].some(index => !has.has(index))) found.push(`${metadata.name} has lost an index that was done`)
    done.set(metadata.uid, has)
  }
  const seeJob = (job: Stored<Job>): void => {
    const { metadata, spec, status } = job
    const { uncountedTerminatedPods: uncounted } = status ?? {}
    const names = [...(uncounted?.succeeded ?? []), ...(uncounted?.failed ?? [])]
    if (new Set(names).size < names.length) found.push(`${metadata.name} names a pod twice`)
    const good = (status?.succeeded ?? 0) + (uncounted?.succeeded?.length ?? 0)
    const bad = (status?.failed ?? 0) + (uncounted?.failed?.length ?? 0)
    const most = succeeded.get(metadata.uid)?.size ?? 0
    if (good > most) found.push(`${metadata.name} counts ${good} successes of ${most}`)
    const mostBad =
      (failed.get(metadata.uid)?.size ?? 0) +
      (status?.conditions?.some(({ type }) => type === 'FailureTarget') ? (spec?.parallelism ?? 0) : 0)
    if (bad > mostBad) found.push(`${metadata.name} counts ${bad} failures of ${mostBad}`)
    seeIndexes(job)
    if (good + bad < (counts.get(metadata.uid) ?? 0)) found.push(`${metadata.name} counts less than before`)
    counts.set(metadata.uid, good + bad)
  }
  for (const event of simulation.log.slice(1)) {
    const object = JSON.parse(String(event.body)) as Stored<KubernetesObject>
    if (event.ref.resource === 'pods') seePod(object as Stored<Pod>, event.type === 'deleted')
    if (event.ref.resource === 'jobs') seeJob(object as Stored<Job>)
  }
  return found
}

/** How the jobs ended, each with its condition and the pods that are still held. */
export const endings = ({ cut }: Simulation): Readonly<Record<string, string>> => {
  const held = cut.list(Pod, 'default').filter(({ metadata }) => metadata.finalizers?.length)
  return Object.fromEntries([
    ...cut.list(Job, 'default').map(({ metadata, status }) => {
      const over = status?.conditions?.find(({ type, status: is }) => is === 'True' && /^(Complete|Failed)$/.test(type))
      return [metadata.name, `${over?.type ?? 'not over'} with ${status?.succeeded ?? 0}`]
    }),
    ['held', String(held.length)],
  ])
}
