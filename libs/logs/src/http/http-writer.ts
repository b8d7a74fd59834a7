import { E, systemClock } from '@periplus/prelude'
import { taken } from '../backend.ts'
import type { LogWriter, WriteAnswer, WriterLimits } from '../backend.ts'
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
}

/** A writer that sends each batch as one request. */
export const httpWriter = ({ tls, requestOf, answerOf }: HttpBackend, limits: WriterLimits): LogWriter => {
  const http = requester(tls, limits)
  let closed = false
  return {
    write: async (lines, signal) => {
      if (closed) return { tag: 'Unavailable', why: 'the writer is closed' }
      const answered = await http.send(requestOf(lines), signal)
      if (E.isLeft(answered)) return { tag: 'Unavailable', why: answered.left }
      const answer = answered.right
      return failureOf(answer, systemClock.now()) ?? answerOf?.(answer, lines) ?? taken
    },
    flush: async () => undefined,
    close: async () => {
      closed = true
      http.close()
    },
  }
}
