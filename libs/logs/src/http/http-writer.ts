import { E, systemClock } from '@periplus/prelude'
import { taken } from '../backend.ts'
import type { LogWriter, WriteAnswer, WriteFailure, WriterLimits } from '../backend.ts'
import type { LogLine } from '../line.ts'
import type { TlsOptions } from '../net/tls.ts'
import { failureOf } from './failure-of.ts'
import { requester } from './requester.ts'
import type { HttpAnswer, HttpRequest } from './requester.ts'

/** What a backend over HTTP says of itself: how a batch becomes a request, and what answers mean. */
export interface HttpBackend {
  readonly tls: TlsOptions
  /** Pure. */
  readonly requestOf: (lines: readonly LogLine[]) => HttpRequest
  /** What a 2xx says; default: that all is well. */
  readonly answerOf?: (answer: HttpAnswer, lines: readonly LogLine[]) => WriteAnswer
  /** What an answer that is no 2xx says beyond its status, which `failure` was made of; default: nothing. */
  readonly failureOf?: (answer: HttpAnswer, failure: WriteFailure) => WriteFailure
}

/** A writer that sends each batch as one request. */
export const httpWriter = (
  { tls, requestOf, answerOf, failureOf: read = (_, failure) => failure }: HttpBackend,
  limits: WriterLimits,
): LogWriter => {
  const http = requester(tls, limits)
  let closed = false
  return {
    write: async (lines, signal) => {
      if (closed) return { tag: 'Unavailable', why: 'the writer is closed' }
      const answered = await http.send(requestOf(lines), signal)
      if (E.isLeft(answered)) return { tag: 'Unavailable', why: answered.left }
      const answer = answered.right
      const failure = failureOf(answer, systemClock.now())
      return failure ? read(answer, failure) : (answerOf?.(answer, lines) ?? taken)
    },
    flush: async () => undefined,
    close: async () => {
      closed = true
      http.close()
    },
  }
}
