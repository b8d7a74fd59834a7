import { taken } from '../backend.ts'
import type { LogBackend, WriteAnswer } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { authorizationOf } from '../http/authorization.ts'
import { readHeaders } from '../http/headers.ts'
import { httpWriter } from '../http/http-writer.ts'
import type { HttpAnswer } from '../http/requester.ts'
import { readTls } from '../net/tls.ts'
import { exportBody } from './export-body.ts'

interface PartialSuccess {
  readonly partialSuccess?: { readonly rejectedLogRecords?: unknown; readonly errorMessage?: unknown }
}

/**
 * A receiver that rejects some records says how many, and not which; they must not be sent again. The last ones stand for them, so that
 * the count is right.
 */
const exportAnswer = ({ body }: HttpAnswer, count: number): WriteAnswer => {
  let answer: PartialSuccess
  try {
    answer = (JSON.parse(body.toString('utf8') || '{}') ?? {}) as PartialSuccess
  } catch {
    return { tag: 'Unavailable', why: 'what answers is no OTLP receiver' }
  }
  const rejected = Math.min(count, Math.max(0, Math.floor(Number(answer.partialSuccess?.rejectedLogRecords ?? 0)) || 0))
  if (rejected === 0) return taken
  const why = `some of the batch were rejected: ${String(answer.partialSuccess?.errorMessage).slice(0, 200)}`
  return { tag: 'Taken', refused: Array.from({ length: rejected }, (_, i) => ({ index: count - rejected + i, why })) }
}

/** OpenTelemetry's protocol over HTTP, in JSON: https://opentelemetry.io/docs/specs/otlp/ */
export const otlpBackend: LogBackend = {
  name: 'otlp',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const base = read.url('url', ['http:', 'https:'])
    const url = base.pathname === '/' ? new URL('/v1/logs', base) : base
    const headers = { ...readHeaders(read), 'content-type': 'application/json', ...authorizationOf(credentials) }
    const tls = readTls(read, credentials)
    return read.opens(() =>
      httpWriter(
        {
          tls,
          requestOf: lines => ({ method: 'POST', url, headers, body: exportBody(lines) }),
          answerOf: (answer, lines) => exportAnswer(answer, lines.length),
        },
        limits,
      ),
    )
  },
}
