import type { Stored } from '@periplus/api'
import { Namespace, isPodTerminating } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { inDeletionOrder } from '../pods/deletion-order.ts'
import { backoffOfIndex, backoffOfJob } from './backoff.ts'
import { firstAbsent, indexesOf, union } from './indexes.ts'
import { newPods } from './new-pod.ts'
import { indexOfPod, isIndexed, isLimitedPerIndex, replacesEndedOnly } from './pod-facts.ts'
import { because } from './sync.ts'
import type { Step, Sync } from './sync.ts'

/** At most this many pods are made or deleted by one decision, which bounds its record. */
const burst = 500

/** Pods that wait for a back-off wait at least this long, so that several failures are looked at together. */
const shortestWait = 1_000

type Pods = readonly Stored<Pod>[]

const ordered = (pods: Pods, now: number): Pods =>
  inDeletionOrder(
    pods.map(pod => ({ pod, rank: 0 })),
    now,
  ).map(({ pod }) => pod)

/** Pods of an indexed job that no count has room for: without an index, with one that the job hasn't, or not the best of theirs. */
const misplaced = ({ job, active, moment }: Sync): Pods => {
  const places = new Map<number, Stored<Pod>[]>()
  const wrong: Stored<Pod>[] = []
  for (const pod of active) {
    const index = indexOfPod(pod)
    if (index === undefined || index >= (job.spec?.completions ?? 0)) wrong.push(pod)
    else places.set(index, [...(places.get(index) ?? []), pod])
  }
  for (const pods of places.values()) if (pods.length > 1) wrong.push(...ordered(pods, moment.now).slice(0, -1))
  return wrong
}

/** At least this many pods that should not run, the least worth first. */
const surplus = (sync: Sync, atLeast: number): Pods => {
  const { job, active, moment } = sync
  const wrong = isIndexed(job) ? misplaced(sync) : []
  if (wrong.length >= atLeast) return wrong
  const others = active.filter(pod => !wrong.includes(pod))
  return [...wrong, ...ordered(others, moment.now).slice(0, atLeast - wrong.length)]
}

/** Surplus pods are let go before they are deleted: they count neither as succeeded nor as failed. */
const remove = (sync: Sync, pods: Pods, why: string): Sync => {
  const some = pods.slice(0, burst)
  return because(
    { ...sync, deleted: [...sync.deleted, ...some], released: [...sync.released, ...some] },
    `${why}: deleting ${some.length}`,
  )
}

const wantedPods = ({ job, succeeded, active }: Sync): number => {
  const { completions, parallelism = 1 } = job.spec ?? {}
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism
  return Math.max(0, Math.min(parallelism, completions - succeeded))
}

/** Indexes that are to be worked on and may be now, and how long the next one has to wait where none may. */
const dueIndexes = (sync: Sync, count: number): { readonly due: readonly number[]; readonly wait: number } => {
  const { job, pods, active, succeededIndexes, failedIndexes = [], keptFailures, moment } = sync
  const busy = replacesEndedOnly(job) ? [...active, ...pods.filter(isPodTerminating)] : active
  const taken = indexesOf(busy.map(indexOfPod).filter(index => index !== undefined))
  const pending = firstAbsent(union(union(succeededIndexes, failedIndexes), taken), count, job.spec?.completions ?? 0)
  if (!isLimitedPerIndex(job)) return { due: pending, wait: 0 }
  const waits = pending.map(index => backoffOfIndex(keptFailures.get(index), moment.now))
  const due = pending.filter((_, i) => waits[i] === 0)
  return { due, wait: due.length > 0 ? 0 : Math.min(...waits) }
}

const waiting = (sync: Sync, milliseconds: number): Sync =>
  because(
    { ...sync, wakes: [...sync.wakes, Math.max(milliseconds, shortestWait)] },
    `a pod failed: the next is made in ${Math.ceil(milliseconds / 1000)} s`,
  )

/** Pods come in batches that double, because a first refusal, of a quota say, is likely to be everybody's; after one, one is tried. */
const add = (sync: Sync, missing: number): Sync => {
  const { cut, job, active, moment } = sync
  if (cut.get(Namespace, '', job.metadata.namespace ?? '')?.metadata.deletionTimestamp)
    return because(sync, 'its namespace is being deleted: no pods are made')
  const wait = isLimitedPerIndex(job) ? 0 : backoffOfJob(job, sync.pods, moment.now)
  if (wait > 0) return waiting(sync, wait)
  const { refused } = moment
  const isRefused = refused?.verb === 'create' && refused.resource === 'pods'
  const batch = isRefused ? 1 : Math.min(missing, Math.max(1, active.length), burst)
  const { due, wait: indexWait } = isIndexed(job) ? dueIndexes(sync, batch) : { due: undefined, wait: 0 }
  if (indexWait > 0) return waiting(sync, indexWait)
  const created = newPods(sync, due ?? Array.from({ length: batch }, () => undefined))
  return because(
    { ...sync, created },
    `${active.length} pods run and ${missing} more are wanted: making ${created.length}`,
  )
}

/** As many pods as are to run now: none once it is clear how the job ends, or while it is suspended. */
export const managePods: Step = sync => {
  const { job, active, pods, verdict } = sync
  if (verdict) return active.length === 0 ? sync : { ...sync, deleted: active.slice(0, burst) }
  if (job.metadata.deletionTimestamp !== undefined) return because(sync, 'it is being deleted: its pods are left alone')
  if (job.spec?.suspend) return active.length === 0 ? sync : remove(sync, active, 'it is suspended')
  const wanted = wantedPods(sync)
  const excess = surplus(sync, Math.max(0, active.length - wanted))
  if (excess.length > 0) return remove(sync, excess, `${active.length} pods run and ${wanted} are wanted`)
  const terminating = replacesEndedOnly(job) ? pods.filter(isPodTerminating).length : 0
  const missing = wanted - terminating - active.length
  return missing > 0 ? add(sync, missing) : sync
}
