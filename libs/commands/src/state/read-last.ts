import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { KubernetesObject, ObjectRef, Refusal, Stored } from '@periplus/api'
import type { EventLog, RecordedEvent } from '@periplus/log'
import type { Known } from './known.ts'

/** An object as the log has it now, with the id of the command that made its last event. */
export interface Last extends Known {
  readonly commandId: string | undefined
  /** What the last event left: of a tombstone, the last state. */
  readonly left: Stored<KubernetesObject> | undefined
}

export const readLast = async (log: EventLog, ref: ObjectRef): Promise<Either<Refusal, Last>> => {
  const last = await log.last(ref)
  if (E.isRight(last)) return E.right(lastOf(last.right))
  // What compaction has taken away isn't alive.
  if (last.left.tag === 'Gone') return E.right(lastOf(undefined))
  return E.left({ tag: 'ServiceUnavailable', message: last.left.message, retryAfterSeconds: 1 })
}

const lastOf = (event: RecordedEvent | undefined): Last => {
  if (!event) return { sequence: 0, object: undefined, commandId: undefined, left: undefined }
  const left = objectOf(event)
  const object = event.type === 'deleted' ? undefined : left
  return { sequence: event.sequence, object, commandId: event.id, left }
}

/** The object in an event's body, at the event's sequence. */
export const objectOf = (event: RecordedEvent): Stored<KubernetesObject> => {
  const object = JSON.parse(new TextDecoder().decode(event.body)) as KubernetesObject
  return atSequence(object, event.sequence)
}

export const atSequence = (object: KubernetesObject, sequence: number): Stored<KubernetesObject> =>
  ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(sequence) },
  }) as Stored<KubernetesObject>
