import { request as httpRequest } from 'node:http'
import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Target } from '@periplus/kinds'
import { hasBody, requestHeaders, wantsWebSocket } from './headers.ts'

/** Milliseconds for a connection, and for a back end's next word. */
export interface Patience {
  readonly connect: number
  readonly silence: number
}

/** What came of asking one endpoint. */
export type Exchanged =
  | { readonly tag: 'Response'; readonly response: IncomingMessage; readonly sent: ClientRequest }
  | { readonly tag: 'Upgraded'; readonly response: IncomingMessage; readonly stream: Duplex; readonly head: Buffer }
  /** Nothing of the request has reached anybody who could have acted on it: another endpoint may be asked. */
  | { readonly tag: 'Unreached'; readonly why: string }
  | { readonly tag: 'Silent' }
  | { readonly tag: 'Broken'; readonly why: string }

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.message)

/** Asking these twice does no more than asking once, even where the first was heard. */
const repeatable: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface ExchangeMeans {
  /** As the client wrote it. */
  readonly host: string
  readonly target: Target
  readonly agent: Agent
  readonly patience: Patience
  /** Aborted when the client goes away. */
  readonly gone: AbortSignal
}

/**
 * Sends a request to an endpoint, its body only once there is a connection, so that nothing of it is lost where there is none. Only
 * requests that may be repeated go over a connection that was used before: the other end may be closing it just now.
 */
export const exchange = (
  request: IncomingMessage,
  { host, target, agent, patience, gone }: ExchangeMeans,
): Promise<Exchanged> => {
  const method = request.method ?? 'GET'
  const withBody = hasBody(request)
  const webSocket = wantsWebSocket(request)
  const mayRepeat = repeatable.has(method) && !withBody && !webSocket
  const chunked = request.headers['transfer-encoding'] !== undefined
  return new Promise(resolve => {
    const sent = httpRequest({
      ...{ host: target.ip, port: target.port, method, setHost: false, agent: mayRepeat ? agent : false },
      path: pathOf(request),
      headers: {
        ...requestHeaders(request, host),
        ...(chunked ? { 'transfer-encoding': 'chunked' } : {}),
        ...(webSocket ? { connection: 'Upgrade', upgrade: 'websocket' } : {}),
      },
    })
    let connected = false
    let reused = false
    const timer = setTimeout(() => end({ tag: 'Unreached', why: 'no connection in time' }), patience.connect)
    const leave = (): void => void sent.destroy()
    gone.addEventListener('abort', leave, { once: true })
    const end = (outcome: Exchanged): void => {
      clearTimeout(timer)
      if (outcome.tag !== 'Response') gone.removeEventListener('abort', leave)
      if (outcome.tag === 'Unreached' || outcome.tag === 'Silent') sent.destroy()
      resolve(outcome)
    }
    const begin = (): void => {
      connected = true
      clearTimeout(timer)
      sent.setTimeout(patience.silence, () => end({ tag: 'Silent' }))
      if (withBody) request.pipe(sent)
      else sent.end()
    }
    sent.on('socket', (socket: Socket) => {
      reused = sent.reusedSocket
      if (socket.connecting) socket.once('connect', begin)
      else begin()
    })
    sent.on('response', response => end({ tag: 'Response', response, sent }))
    sent.on('upgrade', (response, stream, head) => end({ tag: 'Upgraded', response, stream, head }))
    sent.on('error', error => {
      const untouched = !connected || (reused && mayRepeat)
      end({ tag: untouched ? 'Unreached' : 'Broken', why: codeOf(error) })
    })
  })
}

/** What is asked for, also where the client asked as one asks a proxy (RFC 9112, 3.2.2). */
export const pathOf = ({ url = '/' }: IncomingMessage): string => {
  if (url.startsWith('/')) return url
  const absolute = URL.canParse(url) ? new URL(url) : undefined
  return absolute ? `${absolute.pathname}${absolute.search}` : '/'
}
