import type { Stored } from '@periplus/api'
import { DaemonSet } from '@periplus/kinds'
import type { NodeSelector, Pod, PodSpec, PodTemplateSpec, Toleration } from '@periplus/kinds'
import type { Random } from '@periplus/prelude'
import type { Cut } from '@periplus/projection'
import { revisionLabel } from '../history/revisions.ts'
import { newPod } from '../pods/new-pod.ts'

const tolerated = (key: string, effect: string): Toleration => ({ key, operator: 'Exists', effect })

/** What daemons put up with: they stay on nodes in trouble, and start on nodes that take nobody else. */
const always: readonly Toleration[] = [
  tolerated('node.kubernetes.io/not-ready', 'NoExecute'),
  tolerated('node.kubernetes.io/unreachable', 'NoExecute'),
  tolerated('node.kubernetes.io/disk-pressure', 'NoSchedule'),
  tolerated('node.kubernetes.io/memory-pressure', 'NoSchedule'),
  tolerated('node.kubernetes.io/pid-pressure', 'NoSchedule'),
  tolerated('node.kubernetes.io/unschedulable', 'NoSchedule'),
]
const onHostNetwork = tolerated('node.kubernetes.io/network-unavailable', 'NoSchedule')

/** One with the same key, effect, operator and value counts for as long as the new one says. */
const withToleration = (tolerations: readonly Toleration[], added: Toleration): readonly Toleration[] => {
  const alike = (one: Toleration): boolean =>
    one.key === added.key &&
    one.effect === added.effect &&
    one.operator === added.operator &&
    (one.value ?? '') === (added.value ?? '')
  return tolerations.some(alike) ? tolerations.map(one => (alike(one) ? added : one)) : [...tolerations, added]
}

/** The template with the tolerations of daemons. */
export const daemonSpec = ({ spec }: Stored<DaemonSet>): PodSpec | undefined => {
  const podSpec = spec?.template?.spec
  if (!podSpec) return undefined
  const added = podSpec.hostNetwork ? [...always, onHostNetwork] : always
  return { ...podSpec, tolerations: added.reduce(withToleration, podSpec.tolerations ?? []) }
}

/** Exactly this node; whatever other nodes the template would take, this is one of them. */
const onlyNode = (name: string): NodeSelector => ({
  nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [name] }] }],
})

/** How often pods before it failed on its node, for the back-off: the pods themselves are gone by then. */
export const failuresAnnotation = 'daemonset.periplus.io/failures'

/** What tells pods of one DaemonSet apart. */
export interface Daemon {
  readonly node: string
  readonly hash: string
  /** Pods that failed there before it, one after the other. */
  readonly failures: number
}

/** A pod for one node: the scheduler binds it there, because its affinity names the node. */
export const daemonPod = (
  cut: Cut,
  set: Stored<DaemonSet>,
  { node, hash, failures }: Daemon,
  random: Random,
  taken: Set<string>,
): Pod => {
  const spec = daemonSpec(set)
  const metadata = set.spec?.template?.metadata
  const template: PodTemplateSpec = {
    metadata: {
      ...metadata,
      labels: { ...metadata?.labels, [revisionLabel]: hash },
      ...(failures > 0 ? { annotations: { ...metadata?.annotations, [failuresAnnotation]: String(failures) } } : {}),
    },
    ...(spec
      ? {
          spec: {
            ...spec,
            affinity: {
              ...spec.affinity,
              nodeAffinity: {
                ...spec.affinity?.nodeAffinity,
                requiredDuringSchedulingIgnoredDuringExecution: onlyNode(node),
              },
            },
          },
        }
      : {}),
  }
  return newPod(cut, { kind: DaemonSet, object: set, template }, random, taken)
}

/** The node that a pod is on, or is for; `undefined` where it says neither. */
export const targetNode = ({ spec }: Pod): string | undefined => {
  if (spec?.nodeName) return spec.nodeName
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const field = required?.nodeSelectorTerms
    .flatMap(({ matchFields = [] }) => matchFields)
    .find(({ key, operator }) => key === 'metadata.name' && operator === 'In')
  return field?.values?.length === 1 ? field.values[0] : undefined
}
