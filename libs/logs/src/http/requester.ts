import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { E, linkedAbort } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { WriterLimits } from '../backend.ts'
import { checkLiteral, guardedLookup } from '../net/reach.ts'
import type { TlsOptions } from '../net/tls.ts'

export interface HttpRequest {
  readonly method: 'POST' | 'PUT'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface HttpAnswer {
  readonly status: number
  /** The value of `Retry-After`, if any. */
  readonly retryAfter?: string
  /** Cut off at the limit. */
  readonly body: Buffer
  readonly cutOff: boolean
}

export interface Requester {
  /** Left: one line that says why there is no answer. Redirections are answers. */
  send(request: HttpRequest, signal: AbortSignal): Promise<Either<string, HttpAnswer>>
  close(): void
}

/** HTTP over one connection that is kept. */
export const requester = (tls: TlsOptions, limits: WriterLimits): Requester => {
  const lookup = guardedLookup(limits)
  const agentOptions = { keepAlive: true, maxSockets: 1, lookup }
  const agents = { http: new HttpAgent(agentOptions), https: new HttpsAgent({ ...agentOptions, ...tls }) }
  return {
    send: async ({ method, url, headers, body }, signal) => {
      const within = linkedAbort(signal, AbortSignal.timeout(limits.answerWithin))
      try {
        checkLiteral(url.hostname, limits)
        const [ask, agent] =
          url.protocol === 'https:' ? ([httpsRequest, agents.https] as const) : ([httpRequest, agents.http] as const)
        const all: OutgoingHttpHeaders = { 'content-length': Buffer.byteLength(body), ...headers }
        return E.right(
          await new Promise<HttpAnswer>((resolve, reject) => {
            const request = ask(url, { method, headers: all, agent, signal: within.signal }, response =>
              read(response, limits.answerBytes).then(resolve, reject),
            )
            request.once('error', reject)
            request.end(body)
          }),
        )
      } catch (error) {
        return E.left(`${url.host}: ${reasonOf(error, limits)}`)
      } finally {
        within.unlink()
      }
    },
    close: () => {
      agents.http.destroy()
      agents.https.destroy()
    },
  }
}

const reasonOf = (error: unknown, { answerWithin }: WriterLimits): string => {
  const { name, message, code, cause } = error as NodeJS.ErrnoException & { cause?: Error }
  if (name === 'AbortError')
    return cause?.name === 'TimeoutError' ? `no answer within ${answerWithin / 1000} s` : 'given up'
  return message || code || 'the connection failed'
}

/** What is over the limit is not read: its connection ends. */
const read = async (response: IncomingMessage, most: number): Promise<HttpAnswer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > most) break
  }
  const { statusCode: status = 0, headers } = response
  const retryAfter = headers['retry-after']
  return {
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
    body: Buffer.concat(chunks).subarray(0, most),
    cutOff: size > most,
  }
}
