import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import type { PodLike } from './check.ts'
import { inShort, violations } from './evaluate.ts'
import { policyName } from './policy.ts'
import type { LevelVersion } from './policy.ts'

/** As many pods are looked at as Kubernetes does; one of each controller comes first. */
const mostPods = 3000

/** What people are told of pods that run already and could not be created under a stricter policy. */
export const existingPods = (cut: Cut, namespace: string, enforce: LevelVersion): readonly string[] => {
  const pods = oneOfEachFirst(cut.entries('', 'pods', namespace).map(entry => entry.object() as Stored<Pod>))
  const looked = pods.slice(0, mostPods)
  const byReason = new Map<string, string[]>()
  for (const pod of looked) {
    const reason = pod.spec ? inShort(violations(pod as PodLike, enforce)) : ''
    if (reason === '') continue
    const names = byReason.get(reason)
    if (names) names.push(pod.metadata.name)
    else byReason.set(reason, [pod.metadata.name])
  }
  const lines = [...byReason].map(([reason, names]) => `${namesOf(names)}: ${reason}`).sort()
  return [
    ...(looked.length < pods.length
      ? [
          `new PodSecurity enforce level only checked against the first ${looked.length} of ${pods.length} existing pods`,
        ]
      : []),
    ...(lines.length > 0
      ? [`existing pods in namespace "${namespace}" violate the new PodSecurity enforce level "${policyName(enforce)}"`]
      : []),
    ...lines,
  ]
}

const namesOf = (names: readonly string[]): string => {
  const [first = ''] = [...names].sort()
  const others = names.length - 1
  if (others === 0) return first
  return `${first} (and ${others} other ${others === 1 ? 'pod' : 'pods'})`
}

const oneOfEachFirst = (pods: readonly Stored<Pod>[]): readonly Stored<Pod>[] => {
  const seen = new Set<string>()
  const isRepeated = (pod: Stored<Pod>): boolean => {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid
    if (owner === undefined) return false
    const repeated = seen.has(owner)
    seen.add(owner)
    return repeated
  }
  const marked = pods.map(pod => ({ pod, repeated: isRepeated(pod) }))
  return [...marked.filter(({ repeated }) => !repeated), ...marked.filter(({ repeated }) => repeated)].map(
    ({ pod }) => pod,
  )
}
