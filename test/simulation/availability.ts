import type { Stored } from '@periplus/api'
import type { DecisionRecord, Simulation } from '@periplus/controller'
import { Deployment, Pod, ReplicaSet } from '@periplus/kinds'
import { byOwner, mutableCut } from '@periplus/projection'
import type { Cut } from '@periplus/projection'

interface Patched {
  readonly verb: string
  readonly kind: { readonly resource: string }
  readonly ref?: { readonly name: string }
  readonly object?: { readonly spec?: { readonly replicas?: number } }
  readonly patch?: {
    readonly body?: { readonly spec?: { readonly replicas?: number; readonly minReadySeconds?: number } }
  }
}

const isReadySince = (pod: Pod): number => {
  const ready = pod.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True')
  return ready ? Date.parse(ready.lastTransitionTime ?? '') : Infinity
}

/** Pods of the set that are available by its own measure in seconds, of which `size` may stay. */
const availableOf = (cut: Cut, set: Stored<ReplicaSet>, measure: number, size: number, now: number): number => {
  const wait = measure * 1000
  const available = cut
    .by(byOwner(Pod), set.metadata.uid)
    .filter(pod => pod.metadata.deletionTimestamp === undefined && isReadySince(pod) + wait <= now)
  return Math.min(size, available.length)
}

/**
 * The Deployment's size has changed since its ReplicaSets were sized. Such a change is shared out between them by their sizes
 * alone, in Kubernetes as here: nobody asks which of their pods are available.
 */
const isScaledInProportion = (sets: readonly Stored<ReplicaSet>[], wanted: number): boolean =>
  sets.some(({ metadata, spec }) => {
    const desired = metadata.annotations?.['deployment.kubernetes.io/desired-replicas']
    return (spec?.replicas ?? 0) > 0 && desired !== undefined && Number(desired) !== wanted
  })

const resolved = (value: number | string | undefined, replicas: number, round: (value: number) => number): number =>
  typeof value === 'number' ? value : round((parseInt(value ?? '25%') * replicas) / 100)

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, one) => total + one, 0)

/** What a decision about a Deployment did wrong, on the cut that it was taken on; `undefined` where nothing. */
const complaintOf = (cut: Cut, { key, now, commands }: DecisionRecord): string | undefined => {
  const deployment = cut.get(Deployment, key.namespace, key.name)
  const before = new Map<string, number>()
  const after = new Map<string, number>()
  const measures = new Map<string, number>()
  const sets = deployment ? cut.by(byOwner(ReplicaSet), deployment.metadata.uid) : []
  for (const set of sets) before.set(set.metadata.name, set.spec?.replicas ?? 0)
  for (const [name, size] of before) after.set(name, size)
  for (const { verb, kind, ref, object, patch } of commands as readonly Patched[]) {
    if (kind.resource !== ReplicaSet.resource) continue
    if (verb === 'create') after.set('', object?.spec?.replicas ?? 0)
    const size = patch?.body?.spec?.replicas
    if (ref && size !== undefined) after.set(ref.name, size)
    const measure = patch?.body?.spec?.minReadySeconds
    if (ref && measure !== undefined) measures.set(ref.name, measure)
  }
  if (!deployment || [...after].every(([name, size]) => before.get(name) === size)) return undefined

  const wanted = deployment.spec?.replicas ?? 1
  const { maxSurge, maxUnavailable } = deployment.spec?.strategy?.rollingUpdate ?? {}
  const surge = resolved(maxSurge, wanted, Math.ceil)
  const unavailable = Math.min(wanted, resolved(maxUnavailable, wanted, Math.floor))
  const minimum = wanted - (surge === 0 && unavailable === 0 ? 1 : unavailable)
  const available = (sizes: ReadonlyMap<string, number>): number =>
    sum(
      sets.map(set => {
        const { name } = set.metadata
        // The new set's measure changes with the Deployment's, in the same decision.
        const measure = measures.get(name) ?? set.spec?.minReadySeconds ?? 0
        return availableOf(cut, set, measure, sizes.get(name) ?? 0, now)
      }),
    )
  const [had, has] = [available(before), available(after)]
  if (!isScaledInProportion(sets, wanted) && has < Math.min(had, minimum))
    return `leaves ${has} of ${had} available, and ${minimum} must be`
  const [was, is] = [sum(before.values()), sum(after.values())]
  if (is > Math.max(was, wanted + surge)) return `makes ${is} of ${was} pods, and ${wanted + surge} may be`
  return undefined
}

/** Decisions that took availability below the minimum, or made more pods than the surge allows, as they saw the cluster. */
export const unavailability = ({ log, decisions }: Simulation): readonly string[] => {
  const cut = mutableCut({ recentLimit: 0 })
  const events = log.slice(1)
  let applied = 0
  return [...decisions]
    .filter(({ controller }) => controller === 'deployment')
    .sort((a, b) => a.cut - b.cut)
    .flatMap(record => {
      const begun = applied
      while ((events[applied]?.sequence ?? Infinity) <= record.cut) applied++
      cut.apply(events.slice(begun, applied))
      const complaint = complaintOf(cut, record)
      return complaint === undefined ? [] : [`decision ${record.id} ${complaint} (${record.why})`]
    })
}
