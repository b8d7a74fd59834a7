import type { Kind, KubernetesObject, ObjectRef, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { kindOf } from '@periplus/controller'
import type { Controller, Simulation } from '@periplus/controller'
import { builtinRegistry } from '@periplus/custom'
import { E, seededRandom } from '@periplus/prelude'
import type { Random } from '@periplus/prelude'
import { formatTime } from '@periplus/api'
import { controllersOf } from '../../../services/cluster/src/roles/controllers.ts'
import { drawHostile, ownedBy } from './hostile.ts'
import { decideEverything, judged, refusalsIn } from './judge.ts'
import type { Complain } from './judge.ts'
import { beginnings } from './objects.ts'
import { changeOf } from './mutate.ts'
import { extremeCluster, refOf } from './scenario.ts'
import { pick } from './values.ts'
import { endingKubelet, missingOf, witnessNamespace, witnesses } from './witness.ts'

const all: readonly Controller[] = [
  ...controllersOf('what pods trust', { serviceIp: '10.96.0.1', port: 6443, address: '10.244.0.1' }),
  endingKubelet,
]

/** What some batches on one cluster found. */
export interface Batches {
  /** Writes of extreme and valid objects, and those that were refused. */
  readonly written: number
  readonly refused: number
  readonly decisions: number
  readonly witnesses: number
  readonly worstDecision: string
  readonly complaints: readonly string[]
}

/** Pods of a batch's namespace: wishes for two thousand million replicas are granted as far as this. */
const podsOfBatch = 10
const nodes = ['node-1', 'node-2', 'node-3']
/** Leases are renewed so often; the controllers allow 40 s. */
const beatSeconds = 20
/** Within which the witnesses must be as they are to be. */
const patienceSeconds = 30
const atOnce = 25

const object = (apiVersion: string, kind: string, metadata: object, rest: object = {}): KubernetesObject =>
  ({ apiVersion, kind, metadata, ...rest }) as KubernetesObject

const room = { cpu: '64', memory: '256Gi', pods: '500' }

const place: readonly KubernetesObject[] = [
  ...beginnings,
  object('v1', 'Namespace', { name: witnessNamespace }),
  object('scheduling.k8s.io/v1', 'PriorityClass', { name: 'system-cluster-critical' }, { value: 2_000_000_000 }),
  ...nodes.map(name =>
    object(
      'v1',
      'Node',
      { name, labels: { 'kubernetes.io/hostname': name, witnesses: 'welcome' } },
      { status: { capacity: room, allocatable: room, conditions: [{ type: 'Ready', status: 'True' }] } },
    ),
  ),
]

const leaseOf = (name: string, now: number): KubernetesObject =>
  object(
    'coordination.k8s.io/v1',
    'Lease',
    { name, namespace: 'kube-node-lease' },
    {
      spec: {
        holderIdentity: name,
        leaseDurationSeconds: 40,
        renewTime: formatTime(now).replace('Z', '.000000Z'),
      },
    },
  )

/** Batches of `size` objects, one after the other on one cluster with all controllers, each of which leaves nothing behind before the next one. */
export const liveThroughBatches = async (
  seed: number,
  batches: number,
  size: number,
  /** How often half of a batch's objects are changed: to change one costs a fraction of what a new one does. */
  deeds: number,
): Promise<Batches> => {
  const random = seededRandom(seed)
  const complaints = new Set<string>()
  let batch = 0
  const complain: Complain = text => void complaints.add(`seed ${seed}, batch ${batch}: ${text}`)
  const { controllers, next, worst } = judged(all, complain)
  const simulation = extremeCluster(seed, controllers, complain)
  let [written, refused, decisions, seen] = [0, 0, 0, 0]
  /** Which of the commands were taken. */
  const attempt = async (commands: readonly (Command | undefined)[]): Promise<readonly boolean[]> => {
    const taken: boolean[] = []
    const given = commands.filter(one => one !== undefined)
    for (let at = 0; at < given.length; at += atOnce)
      taken.push(...(await simulation.users(given.slice(at, at + atOnce))).map(E.isRight))
    written += taken.filter(Boolean).length
    refused += taken.filter(one => !one).length
    return taken
  }
  const must = (created: KubernetesObject): Promise<unknown> =>
    simulation.user({ verb: 'create', kind: kindOf(created), object: created })
  const pass = (seconds: number): Promise<void> => passTime(simulation, seconds)

  for (const one of place) await must(one)
  await pass(2)
  for (; batch < batches; batch++) {
    next()
    const namespace = `batch-${batch}`
    await must(object('v1', 'Namespace', { name: namespace }))
    await must(
      object('v1', 'ResourceQuota', { name: 'all', namespace }, { spec: { hard: { pods: String(podsOfBatch) } } }),
    )
    const drawn = Array.from({ length: size }, (_, at) => drawHostile(namespace, at, random)).filter(
      one => one !== undefined,
    )
    const taken = await attempt(drawn.map(one => ({ verb: 'create', kind: kindOf(one), object: one })))
    const kept = drawn.filter((_, at) => taken[at]).map(one => refOf(kindOf(one), one))
    await attempt(kept.slice(0, size / 4).map(ref => adoption(simulation, ref, pick(random, kept), random)))
    const name = `witness-${batch}`
    for (const one of witnesses(name)) await must(one)
    for (let deed = 0; deed < deeds; deed++) {
      await pass(pick(random, [0.1, 1, 1, 5]))
      const changed = new Set(Array.from({ length: size / 2 }, () => pick(random, kept)))
      await attempt(
        [...changed].map(ref =>
          changeOf(simulation, ref, pick(random, ['spec', 'spec', 'status', 'metadata']), random, 2),
        ),
      )
    }
    await pass(patienceSeconds)
    seen += witnesses(name).length
    missingOf(simulation.cut, name).forEach(complain)
    if (batch === batches - 1) decisions += decideEverything(simulation, all, complain)
    else await leaveNothing(simulation, namespace, kept, complain)
  }
  // What the simulated nodes are refused, real ones do not ask for.
  refusalsIn(simulation.decisions.filter(one => one.controller !== endingKubelet.name)).forEach(complain)
  decisions += simulation.decisions.length
  return { written, refused, decisions, witnesses: seen, worstDecision: worst(), complaints: [...complaints] }
}

/** Time passes while the nodes live. */
const passTime = async (simulation: Simulation, seconds: number): Promise<void> => {
  for (let left = seconds; left > 0; left -= beatSeconds) {
    for (const name of nodes) {
      const lease = leaseOf(name, simulation.clock.now())
      const kind = kindOf(lease)
      const verb = simulation.cut.entry(refOf(kind, lease)) ? 'update' : 'create'
      await simulation.user({ verb, kind, object: lease })
    }
    await simulation.run(Math.min(left, beatSeconds) * 1000)
  }
}

const found = (
  simulation: Simulation,
  ref: ObjectRef,
): { kind: Kind; object: Stored<KubernetesObject> } | undefined => {
  const kind = builtinRegistry.stored(ref.group, ref.resource)
  const stored = simulation.cut.entry(ref)?.object() as Stored<KubernetesObject> | undefined
  return kind && stored && { kind, object: stored }
}

const adoption = (simulation: Simulation, child: ObjectRef, parent: ObjectRef, random: Random): Command | undefined => {
  const [one, owner] = [found(simulation, child), found(simulation, parent)]
  return one && owner && { verb: 'update', kind: one.kind, object: ownedBy(one.object, owner.object, random) }
}

/** Deletes what the batch has made; what is still there after a while, but for a finalizer of nobody, is a complaint. */
const leaveNothing = async (
  simulation: Simulation,
  namespace: string,
  kept: readonly ObjectRef[],
  complain: Complain,
): Promise<void> => {
  const space: ObjectRef = { group: '', resource: 'namespaces', namespace: '', name: namespace }
  const spread = kept.filter(ref => ref.namespace === '')
  const deletions = [space, ...spread].flatMap((ref): readonly Command[] => {
    const one = found(simulation, ref)
    return one ? [{ verb: 'delete', kind: one.kind, ref, options: { gracePeriodSeconds: 0 } }] : []
  })
  await simulation.users(deletions)
  await passTime(simulation, 40)
  const names = new Set(spread.map(({ name }) => name))
  const left = simulation.cut
    .resources()
    .flatMap(({ group, resource }) => simulation.cut.entries(group, resource).map(({ ref }) => ref))
    .filter(ref => ref.namespace === namespace || (ref.namespace === '' && names.has(ref.name)))
  const releases = left.flatMap((ref): readonly Command[] => {
    const one = found(simulation, ref)
    if (!one || (one.object.metadata.finalizers ?? []).length === 0) return []
    const metadata = { ...one.object.metadata, finalizers: [] }
    return [{ verb: 'update', kind: one.kind, object: { ...one.object, metadata } as KubernetesObject }]
  })
  await simulation.users(releases)
  await passTime(simulation, 20)
  if (found(simulation, space)) complain(`the namespace is still there`)
}
