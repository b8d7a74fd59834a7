import type { Stored } from '@periplus/api'
import { controllerOf } from '@periplus/controller'
import { Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

/** By the cut's own list, which stays the same array while no pod of the namespace changes. */
const known = new WeakMap<readonly Stored<Pod>[], readonly Stored<Pod>[]>()

/** The namespace's pods that nobody manages. */
export const orphansIn = (cut: Cut, namespace: string): readonly Stored<Pod>[] => {
  const pods = cut.list(Pod, namespace)
  const remembered = known.get(pods)
  if (remembered) return remembered
  const orphans = pods.filter(pod => controllerOf(pod) === undefined)
  known.set(pods, orphans)
  return orphans
}
