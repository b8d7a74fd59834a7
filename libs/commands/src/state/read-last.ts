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

/**
 * `known`: what this process knows of the object. One that lives never goes back, so that an answer older than that comes from a server that is
 * behind: one that has just begun to lead the log, or does not know yet that another one does. Nothing may rest on it.
 */
export const readLast = async (log: EventLog, ref: ObjectRef, known?: Known): Promise<Either<Refusal, Last>> => {
  const read = await log.last(ref)
  if (E.isLeft(read) && read.left.tag !== 'Gone') return unavailable(read.left.message)
  const last = lastOf(E.isRight(read) ? read.right : undefined)
  return known?.object !== undefined && last.sequence < known.sequence
    ? unavailable('the log’s server is behind what it has told')
    : E.right(last)
}

const unavailable = (message: string): Either<Refusal, never> =>
  E.left({ tag: 'ServiceUnavailable', message, retryAfterSeconds: 1 })

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
