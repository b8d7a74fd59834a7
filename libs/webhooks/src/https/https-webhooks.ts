import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { E } from '@periplus/prelude'
import type { Clock, Either } from '@periplus/prelude'
import { parseJson } from '@periplus/api'
import type { ResolveService, WebhookClient, WebhookFault, WebhookQuestion } from '../webhook-client.ts'
import { addressesOf } from './lookup.ts'
import { statusWords } from './status-words.ts'
import { targetOf } from './target.ts'
import type { Target } from './target.ts'

/** How services are found, and the clock that calls end by. */
export interface HttpsWebhooksOptions {
  readonly resolve: ResolveService
  readonly clock: Clock
}

const [admission, others] = ['kube-apiserver-admission', 'kube-apiserver']
/** Milliseconds that an unused connection is kept. */
const keptFor = 60_000

type Answer = Either<WebhookFault, unknown>
type Try = Answer | 'closed'

/** A `WebhookClient` over HTTP/1.1, so that many connections spread over a service's endpoints. */
export const httpsWebhooks = ({ resolve, clock }: HttpsWebhooksOptions): WebhookClient => {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 4, timeout: keptFor })
  return {
    call: async question => {
      const target = targetOf(question, resolve)
      if (E.isLeft(target)) return fault(target.left.url, target.left.why)
      const ended = new AbortController()
      const cancel = clock.after(question.timeoutMilliseconds, () => ended.abort())
      try {
        return await answerOf(agent, target.right, question, ended.signal)
      } finally {
        cancel()
      }
    },
    close: () => agent.destroy(),
  }
}

const fault = (url: string, why: string, more: Partial<WebhookFault> = {}): Either<WebhookFault, never> =>
  E.left({ message: `Post ${JSON.stringify(url)}: ${why}`, ...more })

const deadline = 'context deadline exceeded'

const answerOf = async (
  agent: Agent,
  target: Target,
  question: WebhookQuestion,
  signal: AbortSignal,
): Promise<Answer> => {
  const [address] = await addressesOf(target.host, signal)
  if (signal.aborted) return fault(target.url, deadline)
  if (address === undefined) return fault(target.url, `dial tcp: lookup ${target.host}: no such host`)
  const first = await post(agent, address, target, question, signal)
  // The server had closed the connection that was kept since the last question.
  const answer = first === 'closed' ? await post(agent, address, target, question, signal) : first
  return answer === 'closed' ? fault(target.url, 'EOF') : answer
}

const post = (
  agent: Agent,
  host: string,
  { port, servername, authority, path, url }: Target,
  { address, body, mostBytes, as }: WebhookQuestion,
  signal: AbortSignal,
): Promise<Try> =>
  new Promise(resolve => {
    const length = body.reduce((sum, { length: bytes }) => sum + bytes, 0)
    const sent = request({
      agent,
      method: 'POST',
      host,
      port,
      path,
      signal,
      ...(servername === undefined ? {} : { servername }),
      ...(address.caBundle ? { ca: Buffer.from(address.caBundle, 'base64').toString() } : {}),
      // As in Go, whatever certificate the bundle has is trusted, the server's own among them.
      allowPartialTrustChain: true,
      ...(as?.cert === undefined ? {} : { cert: as.cert, key: as.key }),
      ...(as?.insecure ? { rejectUnauthorized: false } : {}),
      headers: {
        host: authority,
        accept: 'application/json, */*',
        'content-type': 'application/json',
        'content-length': length,
        'user-agent': as ? others : admission,
        ...(as?.token === undefined ? {} : { authorization: `Bearer ${as.token}` }),
      },
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (!signal.aborted && sent.reusedSocket && error.code === 'ECONNRESET') return resolve('closed')
      if (signal.aborted) return resolve(fault(url, deadline))
      const isReset = error.code === 'ECONNRESET' && error.syscall !== undefined
      resolve(fault(url, troubleOf(error, host, port), isReset ? { isReset } : {}))
    })
    sent.on('response', response => {
      void read(response, mostBytes).then(text => {
        if (text === 'broken') return resolve(fault(url, signal.aborted ? deadline : 'unexpected EOF'))
        if (text === 'endless') {
          sent.destroy()
          return resolve(fault(url, `the response is too large: limit is ${mostBytes} bytes`))
        }
        resolve(understood(response, text.toString()))
      })
    })
    for (const piece of body) sent.write(piece)
    sent.end()
  })

const read = async (response: IncomingMessage, mostBytes: number): Promise<Buffer | 'endless' | 'broken'> => {
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      length += piece.length
      if (length > mostBytes) return 'endless'
      pieces.push(piece)
    }
  } catch {
    return 'broken'
  }
  return response.complete ? Buffer.concat(pieces) : 'broken'
}

const understood = ({ statusCode: code = 0, headers }: IncomingMessage, text: string): Answer => {
  const { 'retry-after': after = '' } = headers
  if (code < 200 || code > 206)
    return E.left({
      ...{ message: statusWords(code, text), status: code },
      ...(/^\d{1,9}$/.test(after) ? { retryAfterSeconds: Number(after) } : {}),
    })
  const parsed = parseJson(text)
  return E.isLeft(parsed)
    ? E.left({ message: `couldn't get version/kind; json parse error: ${parsed.left}` })
    : E.right(parsed.right.value)
}

const certificateFaults: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'x509: certificate has expired or is not yet valid',
  CERT_NOT_YET_VALID: 'x509: certificate has expired or is not yet valid',
}

/** In Go's words where people know those. */
const troubleOf = ({ code = '', message }: NodeJS.ErrnoException, host: string, port: number): string => {
  const end = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  if (code === 'ECONNREFUSED') return `dial tcp ${end}: connect: connection refused`
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `dial tcp ${end}: connect: no route to host`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return `tls: failed to verify certificate: x509: ${message}`
  if (/CERT|SELF_SIGNED|UNABLE_TO/.test(code))
    return `tls: failed to verify certificate: ${certificateFaults[code] ?? 'x509: certificate signed by unknown authority'}`
  return message
}
