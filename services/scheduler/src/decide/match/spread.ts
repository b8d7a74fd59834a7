import { labelSelectorAsSelector, nothing, controllerOf, hasLabels } from '@periplus/api'
import type { Selector, Stored } from '@periplus/api'
import { E, own } from '@periplus/prelude'
import {
  ReplicaSet,
  ReplicationController,
  Service,
  StatefulSet,
  matchesNodeAffinity,
  schedulingEffects,
  untoleratedTaint,
} from '@periplus/kinds'
import type { LabelSelector, Pod, TopologySpreadConstraint } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { NodeInfo } from '../node-info.ts'
import { selectorId, withOwnLabels } from './affinity-term.ts'

/** A constraint as it applies for one pod. */
export interface Spread {
  /** Equal for constraints that count the same pods on the same nodes. */
  readonly id: string
  readonly key: string
  readonly maxSkew: number
  readonly minDomains: number
  /** Whether the pod itself counts. */
  readonly counts: boolean
  /** Whether the pods on this node count, and with it whether it belongs to a domain. */
  readonly includes: (node: NodeInfo) => boolean
  /** How many pods on the node count. */
  readonly on: (node: NodeInfo) => number
}

/** By the list of a node's pods, which is the same array while nothing on the node changes. */
const counted = new WeakMap<readonly Stored<Pod>[], Map<string, number>>()

const countOf = (pods: readonly Stored<Pod>[], namespace: string, selector: Selector, meaning: string): number => {
  let known = counted.get(pods)
  if (!known) counted.set(pods, (known = new Map<string, number>()))
  const remembered = known.get(meaning)
  if (remembered !== undefined) return remembered
  let count = 0
  for (const { metadata } of pods)
    if (
      metadata.namespace === namespace &&
      metadata.deletionTimestamp === undefined &&
      selector.matches(metadata.labels ?? {})
    )
      count++
  known.set(meaning, count)
  return count
}

const spreadOf = (pod: Stored<Pod>, constraint: TopologySpreadConstraint): Spread => {
  const selector = withOwnLabels(constraint.labelSelector, pod, constraint.matchLabelKeys)
  const read = labelSelectorAsSelector(selector)
  const compiled = E.isRight(read) ? read.right : nothing
  const { namespace } = pod.metadata
  const meaning = `${namespace}/${selectorId(compiled)}`
  const honoursTaints = constraint.nodeTaintsPolicy === 'Honor'
  const honoursAffinity = constraint.nodeAffinityPolicy !== 'Ignore'
  const nodesMeant = [
    honoursAffinity && [pod.spec?.nodeSelector, pod.spec?.affinity?.nodeAffinity],
    honoursTaints && pod.spec?.tolerations,
  ]
  return {
    id: `${meaning} ${JSON.stringify(nodesMeant)}`,
    key: constraint.topologyKey,
    maxSkew: constraint.maxSkew,
    minDomains: constraint.minDomains ?? 1,
    counts: compiled.matches(pod.metadata.labels ?? {}),
    includes: ({ node, labels }) =>
      own(labels, constraint.topologyKey) !== undefined &&
      (!honoursAffinity || matchesNodeAffinity(pod, node)) &&
      (!honoursTaints || untoleratedTaint(pod.spec?.tolerations, node.spec?.taints, schedulingEffects) === undefined),
    on: ({ pods }) => countOf(pods, namespace ?? '', compiled, meaning),
  }
}

/** The pod's own constraints of one severity. */
export const spreadsOf = (pod: Stored<Pod>, whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway'): readonly Spread[] =>
  (pod.spec?.topologySpreadConstraints ?? [])
    .filter(constraint => constraint.whenUnsatisfiable === whenUnsatisfiable)
    .map(constraint => spreadOf(pod, constraint))

/** What is preferred for pods that have no constraints of their own but belong together: different nodes, then zones. */
export const defaultSpreads = (cut: Cut, pod: Stored<Pod>): readonly Spread[] => {
  if (pod.spec?.topologySpreadConstraints?.length) return []
  const labelSelector = kinOf(cut, pod)
  if (!labelSelector) return []
  return [
    { topologyKey: 'kubernetes.io/hostname', maxSkew: 3, whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
    { topologyKey: 'topology.kubernetes.io/zone', maxSkew: 5, whenUnsatisfiable: 'ScheduleAnyway', labelSelector },
  ].map(constraint => spreadOf(pod, constraint))
}

/** The pods of the same Services and the same owner. */
const kinOf = (cut: Cut, pod: Stored<Pod>): LabelSelector | undefined => {
  const { namespace = '', labels } = pod.metadata
  const matchLabels: Record<string, string> = {}
  for (const { spec } of cut.list(Service, namespace))
    if (spec?.selector && Object.keys(spec.selector).length > 0 && hasLabels(spec.selector, labels))
      Object.assign(matchLabels, spec.selector)
  const owner = controllerOf(pod)
  const own: LabelSelector | undefined =
    owner?.kind === 'ReplicaSet'
      ? cut.get(ReplicaSet, namespace, owner.name)?.spec?.selector
      : owner?.kind === 'StatefulSet'
        ? cut.get(StatefulSet, namespace, owner.name)?.spec?.selector
        : owner?.kind === 'ReplicationController'
          ? { matchLabels: cut.get(ReplicationController, namespace, owner.name)?.spec?.selector }
          : undefined
  Object.assign(matchLabels, own?.matchLabels)
  const matchExpressions = own?.matchExpressions ?? []
  if (Object.keys(matchLabels).length === 0 && matchExpressions.length === 0) return undefined
  return { matchLabels, matchExpressions }
}
