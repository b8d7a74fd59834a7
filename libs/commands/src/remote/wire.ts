import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Origin } from '@periplus/log'
import type { Outcome } from '../command.ts'

/** A command from afar, as it comes: only `id`, `causes` and `correlationId` have been looked at. */
export interface RemoteQuestion {
  readonly id: string
  readonly command: Readonly<Record<string, unknown>>
  /** What the asker says of why; who it is, it does not get to say. */
  readonly causes: Origin['causes']
  readonly correlationId: string
}

const mostCauses = 1024
/** Both become headers of an event. */
const asText = /^[\x21-\x7e]{1,300}$/

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSequence = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0

/** Reads a question from outside. */
export const readQuestion = (value: unknown): Either<string, RemoteQuestion> => {
  if (!isRecord(value)) return E.left('a question is an object')
  const { id, command, causes, correlationId } = value
  if (typeof id !== 'string' || !asText.test(id)) return E.left('id: not an id')
  if (!isRecord(command)) return E.left('command: not an object')
  if (typeof correlationId !== 'string' || !asText.test(correlationId)) return E.left('correlationId: not an id')
  if (!Array.isArray(causes) || causes.length > mostCauses || !causes.every(isSequence))
    return E.left('causes: not sequences')
  return E.right({ id, command, causes, correlationId })
}

/** Reads what a gateway answers. */
export const readOutcome = (value: unknown): Either<string, Outcome> =>
  isRecord(value) && isRecord(value['object']) && typeof value['sequence'] === 'number'
    ? E.right(value as unknown as Outcome)
    : E.left('no outcome')
