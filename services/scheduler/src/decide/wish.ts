import { toJson } from '@periplus/api'
import type { Stored } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { hostPortsOf } from './host-ports.ts'
import { priorityOf } from './priority.ts'
import { requestsOf } from './requests.ts'

/** By object: a pod is asked for it at each of its decisions, and whenever room comes while it waits. */
const known = new WeakMap<Stored<Pod>, string>()

/**
 * All that a pod asks of a node taken by itself, and how much it matters, as text. Equal for pods of one template, so that what was found out about a node for one of them
 * holds for the others.
 */
export const wishOf = (pod: Stored<Pod>): string => {
  const remembered = known.get(pod)
  if (remembered !== undefined) return remembered
  const { spec } = pod
  const { exact, assumed } = requestsOf(pod)
  const wish = toJson([
    priorityOf(pod),
    spec?.nodeName ?? null,
    spec?.nodeSelector ?? null,
    spec?.affinity?.nodeAffinity ?? null,
    spec?.tolerations ?? null,
    hostPortsOf(pod),
    [...exact],
    [...assumed],
  ])
  known.set(pod, wish)
  return wish
}
