import type { Stored } from '@periplus/api'
import type { DecisionRecord, Simulation } from '@periplus/controller'
import { DaemonSet, isPodAvailable, isPodTerminated, Node, Pod, StatefulSet } from '@periplus/kinds'
import { byOwner, mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'

interface Done {
  readonly verb: string
  readonly kind: { readonly resource: string }
  readonly ref?: { readonly name: string }
  readonly object?: Pod
}

const isAlive = (pod: Pod): boolean => pod.metadata?.deletionTimestamp === undefined && !isPodTerminated(pod)

/** The node that a pod of a daemon set is for, also before it has come there. */
export const nodeOf = ({ spec }: Pod): string =>
  spec?.nodeName ??
  spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms[0]?.matchFields?.[0]
    ?.values?.[0] ??
  ''

/** Of so many, what a number or a percentage is. */
export const scaled = (value: number | string | undefined, total: number): number =>
  typeof value === 'number' ? value : Math.ceil((parseInt(value ?? '0') * total) / 100)

/** Pods by what there may be one of: a node for daemons, an ordinal for stateful pods. */
const grouped = (pods: readonly Pod[], placeOf: (pod: Pod) => string): ReadonlyMap<string, readonly Pod[]> => {
  const groups = new Map<string, Pod[]>()
  for (const pod of pods) groups.set(placeOf(pod), [...(groups.get(placeOf(pod)) ?? []), pod])
  return groups
}

/** What a decision did wrong, as it saw the cluster; `undefined` where nothing. */
const complaintOf = (cut: Cut, { controller, key, now, commands }: DecisionRecord): string | undefined => {
  const done = (commands as readonly Done[]).filter(({ kind }) => kind.resource === Pod.resource)
  const deleted = new Set(done.filter(({ verb }) => verb === 'delete').map(({ ref }) => ref?.name))
  const made = done.flatMap(({ verb, object }) => (verb === 'create' && object ? [object] : []))
  const set = cut.get<DaemonSet | StatefulSet>(
    controller === 'daemonset' ? DaemonSet : StatefulSet,
    key.namespace,
    key.name,
  )
  if (!set || done.length === 0) return undefined
  const before = cut.by(byOwner(Pod), set.metadata.uid).filter(isAlive)
  const after = [...before.filter(({ metadata }) => !deleted.has(metadata.name)), ...made]
  const available = (pod: Pod): boolean => isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now)
  return controller === 'daemonset'
    ? ofDaemons(set as Stored<DaemonSet>, cut.list(Node), before, after, available)
    : ofMembers(set as Stored<StatefulSet>, before, after, made, available)
}

const ofDaemons = (
  { spec }: Stored<DaemonSet>,
  nodes: readonly Node[],
  before: readonly Pod[],
  after: readonly Pod[],
  available: (pod: Pod) => boolean,
): string | undefined => {
  const wanted = nodes.filter(({ spec: own }) => !own?.taints?.some(({ key }) => key === 'k'))
  const desired = wanted.length
  const { maxSurge, maxUnavailable } = spec?.updateStrategy?.rollingUpdate ?? {}
  const surge = scaled(maxSurge, desired)
  // Of nodes with two pods those count where the old one is available: an unavailable one is replaced at once.
  const doubled = (pods: readonly Pod[]): number =>
    [...grouped(pods, nodeOf).values()].filter(there => there.length > 1 && there.some(available)).length
  if (doubled(after) > Math.max(doubled(before), surge))
    return `has two pods on ${doubled(after)} nodes after ${doubled(before)}, and ${surge} may have two`
  const crowd = [...grouped(after, nodeOf)].find(([, there]) => there.length > 2)
  if (crowd) return `has ${crowd[1].length} pods on ${crowd[0]}`
  const served = (pods: readonly Pod[]): number => {
    const there = new Set(pods.filter(available).map(nodeOf))
    return wanted.filter(({ metadata }) => there.has(metadata?.name ?? '')).length
  }
  const least = desired - (surge > 0 ? scaled(maxUnavailable, desired) : Math.max(1, scaled(maxUnavailable, desired)))
  if (served(after) < Math.min(served(before), least))
    return `leaves ${served(after)} of ${served(before)} available, and ${least} must be`
  return undefined
}

const ofMembers = (
  { spec }: Stored<StatefulSet>,
  before: readonly Pod[],
  after: readonly Pod[],
  made: readonly Pod[],
  available: (pod: Pod) => boolean,
): string | undefined => {
  const crowd = [...grouped(after, pod => pod.metadata?.name ?? '')].find(([, there]) => there.length > 1)
  if (crowd) return `has ${crowd[1].length} pods ${crowd[0]}`
  if (spec?.podManagementPolicy === 'Parallel') return undefined
  const lower = (pod: Pod): readonly Pod[] =>
    before.filter(other => ordinal(other) < ordinal(pod) && ordinal(other) >= (spec?.ordinals?.start ?? 0))
  const hasty = made.find(pod => !lower(pod).every(available))
  return hasty && `makes ${hasty.metadata?.name} before those below it are available`
}

const ordinal = ({ metadata }: Pod): number => Number(metadata?.name?.split('-').at(-1))

/** Decisions that went beyond what the sets allow, on the cuts that they were taken on. */
export const excesses = ({ log, decisions }: Simulation): readonly string[] => {
  const cut = mutableCut({ recentLimit: 0 })
  const events = log.slice(1)
  let applied = 0
  return [...decisions]
    .filter(({ controller }) => controller === 'daemonset' || controller === 'statefulset')
    .sort((a, b) => a.cut - b.cut)
    .flatMap(record => {
      const begun = applied
      while ((events[applied]?.sequence ?? Infinity) <= record.cut) applied++
      cut.apply(events.slice(begun, applied))
      const complaint = complaintOf(cut, record)
      return complaint === undefined ? [] : [`decision ${record.id} ${complaint} (${record.why})`]
    })
}
