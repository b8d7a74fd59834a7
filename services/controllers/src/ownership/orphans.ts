import { selects } from '@periplus/api'
import type { Kind, KubernetesObject, Stored } from '@periplus/api'
import type { LabelSelector } from '@periplus/kinds'
import { unmanagedIn } from '@periplus/projection'
import type { Cut, LabelledEntry } from '@periplus/projection'

type Objects = readonly Stored<KubernetesObject>[]

/** By the cut's own list, which stays the same array while none of its objects changes, and by the selector's text. */
const known = new WeakMap<readonly LabelledEntry[], Map<string, Objects>>()

/**
 * The namespace's objects that nobody manages and whose labels fit. A ReplicaSet asks this at every decision, and while it makes
 * its pods, those that nobody manages stay as they are.
 */
export const fittingOrphans = <A extends KubernetesObject>(
  cut: Cut,
  kind: Kind<A>,
  namespace: string,
  selector: LabelSelector | undefined,
): readonly Stored<A>[] => {
  const orphans = cut.entriesBy(unmanagedIn(kind), namespace)
  let fitting = known.get(orphans)
  if (!fitting) known.set(orphans, (fitting = new Map()))
  const text = JSON.stringify(selector) ?? ''
  let found = fitting.get(text)
  if (!found) fitting.set(text, (found = orphans.filter(fits(selector)).map(entry => entry.object())))
  return found as readonly Stored<A>[]
}

const fits =
  (selector: LabelSelector | undefined) =>
  (entry: LabelledEntry): boolean =>
    selects(selector, entry.labels())
