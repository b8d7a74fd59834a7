import type { Kind, Stored } from '@periplus/api'
import type { Command } from '@periplus/commands'
import { normal } from '@periplus/controller'
import type { EventDraft, Moment } from '@periplus/controller'
import { Namespace, Pod } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { inDeletionOrder } from '../pods/deletion-order.ts'
import { removed } from '../pods/disrupt.ts'
import { newPod } from '../pods/new-pod.ts'
import { refusalOf, someNames } from '../pods/refusal.ts'
import { ranked } from './related.ts'
import type { Replicated } from './replicated.ts'
import type { Failure } from './status.ts'

/** At most this many pods are made or deleted by one decision, which bounds its record. */
export const burst = 200

export interface Managed {
  readonly commands: readonly Command[]
  readonly drafts: readonly EventDraft[]
  /** What the decision before this one ran into. */
  readonly failure?: Failure
  readonly why: string
}

export const leaveAlone = (why: string): Managed => ({ commands: [], drafts: [], why })

/** As many pods as are wanted. */
export const manageReplicas = (
  cut: Cut,
  kind: Kind,
  replicated: Replicated,
  active: readonly Stored<Pod>[],
  moment: Moment,
): Managed => {
  const { object, replicas } = replicated
  if (active.length === replicas) return leaveAlone(`all ${replicas} pods are there`)
  if (active.length > replicas) return fewer(cut, kind, replicated, active, moment)
  if (cut.get(Namespace, '', object.metadata.namespace ?? '')?.metadata.deletionTimestamp)
    return leaveAlone('its namespace is being deleted: no pods are made')
  return more(cut, kind, replicated, active, moment)
}

/**
 * New pods come in batches that double (as many as there are, at least one), because a first refusal, of a quota say, is
 * likely to be everybody's; after one, a single pod is tried.
 */
const more = (
  cut: Cut,
  kind: Kind,
  replicated: Replicated,
  active: readonly Stored<Pod>[],
  { random, refused }: Moment,
): Managed => {
  const { object, replicas, template } = replicated
  const refusal = refusalOf('create', Pod, refused)
  const batch = refusal === undefined ? Math.min(replicas - active.length, Math.max(1, active.length), burst) : 1
  const taken = new Set<string>()
  const pods = Array.from({ length: batch }, () => newPod(cut, { kind, object, template }, random, taken))
  return {
    commands: pods.map(pod => ({ verb: 'create', kind: Pod, object: pod })),
    drafts: pods.map(pod => normal(object, 'SuccessfulCreate', `Created pod: ${pod.metadata?.name}`)),
    ...(refusal === undefined ? {} : { failure: { reason: 'FailedCreate', message: refusal } }),
    why:
      refusal === undefined
        ? `${active.length} of ${replicas} pods are there: making ${batch} more`
        : `${active.length} of ${replicas} pods are there, and making one was refused (${refusal}): trying one`,
  }
}

const fewer = (
  cut: Cut,
  kind: Kind,
  replicated: Replicated,
  active: readonly Stored<Pod>[],
  { now, refused }: Moment,
): Managed => {
  const { object, replicas } = replicated
  const refusal = refusalOf('delete', Pod, refused)
  const surplus = Math.min(active.length - replicas, burst)
  const doomed = inDeletionOrder(ranked(cut, kind, replicated, active), now).slice(0, surplus)
  return {
    commands: doomed.map(({ pod }) => removed(pod)),
    drafts: doomed.map(({ pod }) => normal(object, 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)),
    ...(refusal === undefined ? {} : { failure: { reason: 'FailedDelete', message: refusal } }),
    why: `${active.length} pods are there, ${replicas} are wanted: deleting ${someNames(doomed.map(one => one.pod))}`,
  }
}
