import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { fromJson } from '@periplus/api'
import type { KubernetesObject, ObjectRef, Refusal, Stored } from '@periplus/api'
import type { EventLog, RecordedEvent } from '@periplus/log'
import type { Known } from './known.ts'

/** An object as the log has it now, with the event that says so; `undefined` where it never was or compaction took it away. */
export interface Last extends Known {
  readonly event: RecordedEvent | undefined
}

export const readLast = async (log: EventLog, ref: ObjectRef): Promise<Either<Refusal, Last>> => {
  const last = await log.last(ref)
  if (E.isRight(last)) return E.right(lastOf(last.right))
  if (last.left.tag === 'Gone') return E.right(lastOf(undefined))
  return E.left({ tag: 'ServiceUnavailable', message: last.left.message, retryAfterSeconds: 1 })
}

/**
 * An object that lives never goes back, so that an answer older than what this process knows of it comes from a server that is behind: one that
 * has just begun to lead the log, or does not know yet that another one does. Nothing may rest on that.
 */
export const whyNotLast = (last: Known, known: Known): Refusal | undefined =>
  known.object !== undefined && last.sequence < known.sequence
    ? { tag: 'ServiceUnavailable', message: 'the log’s server is behind what it has told', retryAfterSeconds: 1 }
    : undefined

const lastOf = (event: RecordedEvent | undefined): Last => ({
  sequence: event?.sequence ?? 0,
  object: event && event.type !== 'deleted' ? objectOf(event) : undefined,
  event,
})

/** The object in an event's body, at the event's sequence. */
export const objectOf = (event: RecordedEvent): Stored<KubernetesObject> => {
  const object = fromJson(new TextDecoder().decode(event.body)) as KubernetesObject
  return atSequence(object, event.sequence)
}

export const atSequence = (object: KubernetesObject, sequence: number): Stored<KubernetesObject> =>
  ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(sequence) },
  }) as Stored<KubernetesObject>
