import { hasLabels, deepEqual } from '@periplus/api'
import type { KubernetesObject, Stored } from '@periplus/api'
import { keyOf } from '@periplus/controller'
import type { Key, Watch, WatchedChange } from '@periplus/controller'
import { Pod, Service, isPodTerminated, isPodReady } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { addressesOf, selectorOf } from './selected-pods.ts'

const selecting = (cut: Cut, { metadata }: Stored<KubernetesObject>): readonly Stored<Service>[] =>
  cut.list(Service, metadata.namespace).filter(service => {
    const selector = selectorOf(service)
    return selector !== undefined && hasLabels(selector, metadata.labels)
  })

/** The services that select a pod. */
export const servicesOf = (cut: Cut, pod: Stored<Pod>): readonly Key[] => selecting(cut, pod).map(keyOf)

/** What of a pod its endpoints show. */
const shownOf = (pod: Pod): unknown => [
  isPodReady(pod),
  isPodTerminated(pod),
  pod.metadata?.deletionTimestamp !== undefined,
  addressesOf(pod),
  pod.spec?.nodeName,
  pod.metadata?.uid,
]

/**
 * A pod's change wakes the services that select it, or did before: all of them where its endpoint changes, and only those that
 * gained or lost it where its labels did.
 */
export const podsOfServices: Watch = {
  kind: Pod,
  keys: ({ before, after }: WatchedChange, cut) => {
    const [was, is] = [before as Stored<Pod> | undefined, after as Stored<Pod> | undefined]
    if (!was || !is) return [was, is].flatMap(pod => (pod ? servicesOf(cut, pod) : []))
    const changed = !deepEqual(shownOf(was), shownOf(is))
    const moved = !deepEqual(was.metadata.labels, is.metadata.labels)
    if (!moved) return changed ? servicesOf(cut, is) : []
    const [left, kept] = [selecting(cut, was), selecting(cut, is)]
    const concerned = [...new Set([...left, ...kept])]
    return concerned.filter(service => changed || left.includes(service) !== kept.includes(service)).map(keyOf)
  },
}

/** A service's own status says nothing of where it leads. */
export const notItsStatus = ({ change }: WatchedChange): boolean => change.event.type !== 'status-changed'
