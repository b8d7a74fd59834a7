import type { Stored } from '@periplus/api'
import { availableAt, isPodAvailable, isPodReady } from '@periplus/kinds'
import type { Pod, StatefulSet, StatefulSetStatus } from '@periplus/kinds'
import { revisionLabel } from '../history/revisions.ts'
import type { SetHistory } from './history.ts'
import { replicasOf } from './ordinals.ts'

/** Whether everything that is wanted is there and of the newest revision: then that is the current one. */
const isUpdated = (set: StatefulSet, { replicas, readyReplicas, updatedReplicas }: StatefulSetStatus): boolean =>
  set.spec?.updateStrategy?.type !== 'OnDelete' &&
  [replicas, readyReplicas, updatedReplicas].every(count => count === replicasOf(set))

/** The status that the pods give; `outdated` of them are deleted by this decision. */
export const statusOfSet = (
  set: Stored<StatefulSet>,
  { current, update, collisionCount }: Pick<SetHistory, 'current' | 'update' | 'collisionCount'>,
  pods: readonly Stored<Pod>[],
  outdated: number,
  now: number,
): StatefulSetStatus => {
  const ready = pods.filter(pod => pod.status?.phase === 'Running' && isPodReady(pod))
  const staying = pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const of = (revision: string): number =>
    staying.filter(({ metadata }) => metadata.labels?.[revisionLabel] === revision).length
  const status: StatefulSetStatus = {
    ...set.status,
    observedGeneration: set.metadata.generation,
    replicas: pods.length,
    readyReplicas: ready.length,
    availableReplicas: ready.filter(pod => isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now)).length,
    currentReplicas: Math.max(0, of(current.name) - outdated),
    updatedReplicas: of(update.name),
    currentRevision: current.name,
    updateRevision: update.name,
    collisionCount,
  }
  return isUpdated(set, status)
    ? { ...status, currentReplicas: status.updatedReplicas ?? 0, currentRevision: update.name }
    : status
}

/** Milliseconds until the next ready pod has been ready for long enough. */
export const nextAvailable = (
  set: Stored<StatefulSet>,
  pods: readonly Stored<Pod>[],
  now: number,
): number | undefined => {
  const waits = pods.map(pod => (availableAt(pod, set.spec?.minReadySeconds ?? 0) ?? 0) - now).filter(wait => wait > 0)
  return waits.length > 0 ? Math.min(...waits) : undefined
}
