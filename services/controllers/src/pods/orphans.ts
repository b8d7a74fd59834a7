import { selects } from '@periplus/api'
import type { Stored } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import type { LabelSelector } from '@periplus/kinds'
import type { Cut, LabelledEntry } from '@periplus/projection'

type Pods = readonly Stored<Pod>[]

/** By the cut's own list, which stays the same array while none of its pods changes, and by the selector's text. */
const known = new WeakMap<readonly LabelledEntry[], Map<string, Pods>>()

/**
 * The namespace's pods that nobody manages and whose labels fit. A ReplicaSet asks this at every decision, and while it makes
 * its pods, those that nobody manages stay as they are.
 */
export const fittingOrphans = (cut: Cut, namespace: string, selector: LabelSelector | undefined): Pods => {
  const orphans = cut.unmanaged(Pod, namespace)
  let fitting = known.get(orphans)
  if (!fitting) known.set(orphans, (fitting = new Map()))
  const text = JSON.stringify(selector) ?? ''
  let found = fitting.get(text)
  if (!found) fitting.set(text, (found = orphans.filter(fits(selector)).map(podOf)))
  return found
}

const fits =
  (selector: LabelSelector | undefined) =>
  (entry: LabelledEntry): boolean =>
    selects(selector, entry.labels())

const podOf = (entry: LabelledEntry): Stored<Pod> => entry.object() as Stored<Pod>
