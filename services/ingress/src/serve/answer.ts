import type { Agent, IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import { assertNever } from '@periplus/prelude'
import { findRoute } from './find.ts'
import type { RoutingTable } from '../routes/routing-table.ts'
import { exchange } from './exchange.ts'
import type { Exchanged, Patience } from './exchange.ts'
import { isSecure, passing } from './headers.ts'
import type { Turns } from './turns.ts'

/** What requests are answered by. */
export interface Answering {
  readonly table: () => RoutingTable
  readonly turns: Turns
  readonly agent: Agent
  readonly patience: Patience
  /** Told of each answer. */
  readonly onAnswer: (code: number) => void
}

/** So many endpoints are tried for one request. */
const mostAttempts = 3

/** A back end's answer, or the one that the client gets in its place. */
export type Found = Exclude<Exchanged, { tag: 'Unreached' | 'Silent' | 'Broken' }> | Failure

interface Failure {
  readonly tag: 'Failure'
  readonly code: number
  readonly text: string
}

const failure = (code: number, text: string): Failure => ({ tag: 'Failure', code, text })

/** Finds who is to answer a request, and asks him. */
export const answerOf = async (answering: Answering, request: IncomingMessage, gone: AbortSignal): Promise<Found> => {
  const { host, name, route } = findRoute(answering.table(), request)
  const shown = isSecure(request) ? (request.socket as TLSSocket).servername : undefined
  if (typeof shown === 'string' && shown !== '' && shown.toLowerCase() !== name)
    return failure(421, 'this connection was made for another host')
  if (!route) return failure(404, 'no Ingress leads this host and path anywhere')
  if (!route.backend) return failure(503, 'the Ingress names a back end that cannot be had')
  const targets = answering.turns.next(route.backend).slice(0, mostAttempts)
  if (targets.length === 0) return failure(503, `service ${route.backend.name} has no endpoints`)
  for (const target of targets) {
    const exchanged = await exchange(request, { ...answering, host, target, gone })
    switch (exchanged.tag) {
      case 'Response':
      case 'Upgraded':
        return exchanged
      case 'Silent':
        return failure(504, `service ${route.backend.name} did not answer in time`)
      case 'Broken':
        return failure(502, `service ${route.backend.name} broke off: ${exchanged.why}`)
      case 'Unreached':
        continue
      default:
        return assertNever(exchanged)
    }
  }
  return failure(502, `no endpoint of service ${route.backend.name} can be reached`)
}

/** Answers a client, who takes the request with him when he goes away. */
export const answer = async (
  answering: Answering,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const gone = new AbortController()
  response.on('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  respond(answering, request, response, await answerOf(answering, request, gone.signal))
}

/** Hands on what was found; a back end that breaks off breaks off the answer, as nobody else can tell that it is not whole. */
export const respond = (
  answering: Answering,
  request: IncomingMessage,
  response: ServerResponse,
  found: Found,
): void => {
  // What is still to come of a request that was answered is not waited for.
  response.on('finish', () => {
    if (!request.complete) request.socket.destroySoon()
  })
  switch (found.tag) {
    case 'Failure':
      return fail(answering, request, response, found)
    case 'Upgraded':
      found.stream.destroy()
      return fail(
        answering,
        request,
        response,
        failure(502, 'the back end speaks another protocol than it was asked for'),
      )
    case 'Response': {
      const { response: from } = found
      const code = from.statusCode ?? 502
      answering.onAnswer(code)
      from.on('error', () => response.destroy())
      response.writeHead(code, from.statusMessage, passing(from.headers))
      from.pipe(response)
      return
    }
    default:
      return assertNever(found)
  }
}

const fail = (
  { onAnswer }: Answering,
  request: IncomingMessage,
  response: ServerResponse,
  { code, text }: Failure,
): void => {
  onAnswer(code)
  if (response.destroyed) return
  const body = `${text}\n`
  // What is still to come of the request is not read.
  const close = request.complete ? {} : { connection: 'close' }
  response.writeHead(code, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...close,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
