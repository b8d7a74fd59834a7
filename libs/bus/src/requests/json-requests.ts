import { fromJson, toJson } from '@periplus/api'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Bus, Message, Subscription } from '../bus.ts'
import type { BusRefusal } from '../refusal.ts'

/** Reads a JSON value from outside: what is wrong with it, or the value. */
export type Decode<A> = (value: unknown) => Either<string, A>

/** Why a question has no answer. */
export type JsonRefusal =
  | BusRefusal
  /** The serving end's own refusal: the JSON value that its handler gave. */
  | { readonly tag: 'Refused'; readonly refusal: unknown }
  /** The serving end failed, or its answer cannot be read. */
  | { readonly tag: 'Failed'; readonly message: string }

type Envelope = { readonly answer: unknown } | { readonly refusal: unknown } | { readonly failure: string }

const read = (data: Uint8Array): unknown => fromJson(Buffer.from(data).toString())

/** Asks whoever serves `subject`, in JSON. */
export const requestJson = async <A>(
  bus: Bus,
  subject: string,
  question: unknown,
  decode: Decode<A>,
  options: { readonly timeoutMilliseconds?: number; readonly signal?: AbortSignal } = {},
): Promise<Either<JsonRefusal, A>> => {
  const answered = await bus.request(subject, Buffer.from(toJson(question ?? null)), options)
  if (E.isLeft(answered)) return answered
  let envelope: Envelope
  try {
    envelope = read(answered.right) as Envelope
  } catch {
    return E.left({ tag: 'Failed', message: `${subject} answered what is not JSON` })
  }
  if ('refusal' in envelope) return E.left({ tag: 'Refused', refusal: envelope.refusal })
  if ('failure' in envelope) return E.left({ tag: 'Failed', message: envelope.failure })
  const decoded = decode(envelope.answer)
  return E.isLeft(decoded) ? E.left({ tag: 'Failed', message: `${subject} answered ${decoded.left}` }) : decoded
}

/** How questions are served. */
export interface ServeJsonOptions {
  /** Services with the same queue name share the questions. */
  readonly queue?: string
  /** So many questions are taken, and no more are sent here. */
  readonly most?: number
  /** Whether this message's reply is a subject to answer to. NATS lets everybody name any: an answer there is published in our name. */
  readonly mayAnswer?: (message: Message) => boolean
  /** Told of each message that is not answered. */
  readonly onUnanswerable?: (message: Message) => void
  /** Called before anything of a message is read; left: it is refused so, unread. What it gives is called once the question is answered. */
  readonly admit?: (message: Message) => Promise<Either<unknown, () => void>>
  /** A handler threw: a bug, which the one who asked sees as `Failed` with `internal error`. */
  readonly onError?: (error: unknown) => void
}

/** Answers questions in JSON until it is closed, those included that are under way by then, on one subject or those of a pattern (`asked` says which it was); the handler's left side is a refusal, a JSON value for the one who asked. */
export const serveJson = <Q>(
  bus: Bus,
  subject: string,
  decode: Decode<Q>,
  handler: (question: Q, asked: string) => Promise<Either<unknown, unknown>>,
  { queue, most, mayAnswer = () => true, onUnanswerable, admit, onError = () => undefined }: ServeJsonOptions = {},
): Subscription => {
  const answer = async (data: Uint8Array, asked: string): Promise<Envelope> => {
    let value: unknown
    try {
      value = read(data)
    } catch {
      return { failure: 'the question is not JSON' }
    }
    const question = decode(value)
    if (E.isLeft(question)) return { failure: question.left }
    try {
      const answered = await handler(question.right, asked)
      return E.isLeft(answered) ? { refusal: answered.left ?? null } : { answer: answered.right ?? null }
    } catch (error) {
      onError(error)
      return { failure: 'internal error' }
    }
  }
  const admitted = async (message: Message): Promise<Envelope> => {
    const entered = admit ? await admit(message) : E.right(() => undefined)
    if (E.isLeft(entered)) return { refusal: entered.left ?? null }
    const envelope = await answer(message.data, message.subject)
    entered.right()
    return envelope
  }
  return bus.subscribe(
    subject,
    message => {
      const { reply } = message
      if (reply && mayAnswer(message))
        void admitted(message).then(envelope => bus.publish(reply, Buffer.from(toJson(envelope))))
      else onUnanswerable?.(message)
    },
    { ...(queue === undefined ? {} : { queue }), ...(most === undefined ? {} : { most }), drains: true },
  )
}
