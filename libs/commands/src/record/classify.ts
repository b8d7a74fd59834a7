import { deepEqualInSteps, successor } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import type { EventType } from '@periplus/log'
import type { Steps } from '@periplus/prelude'
import type { Candidate } from '../candidate/candidate.ts'
import { mayEnd } from '../candidate/delete.ts'
import { withMeta } from '../candidate/json.ts'
import type { Json } from '../candidate/json.ts'
import { takesOnlyStatus } from '../candidate/update.ts'

/** What the event of a candidate says, or that there is nothing to say. */
export type Classified =
  { readonly tag: 'Nothing' } | { readonly tag: 'Event'; readonly type: EventType; readonly next: KubernetesObject }

/** Names the mutation, raises the generation where the spec changed, and ends what nothing holds any more. */
export function* classify(candidate: Candidate): Steps<Classified> {
  const { kind, operation, previous, next } = candidate
  if (!previous) return { tag: 'Event', type: 'created', next }
  if (candidate.ends) return { tag: 'Event', type: 'deleted', next }
  if (yield* deepEqualInSteps(previous, next)) return { tag: 'Nothing' }
  if (operation === 'delete') return { tag: 'Event', type: 'metadata-changed', next }
  const raised = yield* withGeneration(candidate)
  if (mayEnd(kind, raised)) return { tag: 'Event', type: 'deleted', next: raised }
  return { tag: 'Event', type: yield* changedPart(previous, raised), next: raised }
}

function* withGeneration({ kind, previous, next, subresource }: Candidate): Steps<KubernetesObject> {
  // Where a pod runs, and what is said of an object, is not what was asked for.
  if (subresource === 'binding' || takesOnlyStatus(subresource)) return next
  if (!kind.generationOf || !previous) return next
  if (yield* deepEqualInSteps(kind.generationOf(previous), kind.generationOf(next))) return next
  return withMeta(next, { generation: successor(previous.metadata.generation ?? 0) })
}

function* changedPart(previous: KubernetesObject, next: KubernetesObject): Steps<EventType> {
  const { metadata: _, status: statusBefore, ...restBefore } = previous as Json
  const { metadata: __, status: statusAfter, ...restAfter } = next as Json
  if (!(yield* deepEqualInSteps(restBefore, restAfter))) return 'spec-changed'
  return (yield* deepEqualInSteps(statusBefore, statusAfter)) ? 'metadata-changed' : 'status-changed'
}
