import { ServerResponse } from 'node:http'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { answer, answerOf, respond } from './answer.ts'
import type { Answering, Found } from './answer.ts'
import { hasBody, wantsWebSocket } from './headers.ts'

const keepAliveAfter = 60_000

/** Becomes a WebSocket with the back end, or what else the back end says; other protocols are not entered, and HTTP goes on. */
export const upgrade = async (
  answering: Answering,
  request: IncomingMessage,
  socket: Socket,
  head: Buffer,
): Promise<void> => {
  socket.on('error', () => socket.destroy())
  if (hasBody(request)) return void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n')
  const response = responseOn(request, socket)
  if (!wantsWebSocket(request)) return answer(answering, request, response)
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  const found = await answerOf(answering, request, gone.signal)
  if (found.tag !== 'Upgraded') return respond(answering, request, response, found)
  response.detachSocket(socket)
  enter(answering, socket, head, found)
}

/** An ordinary answer on a connection that was to become something else, and ends with it. */
const responseOn = (request: IncomingMessage, socket: Socket): ServerResponse => {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket)
  response.on('finish', () => socket.destroySoon())
  return response
}

const enter = (
  answering: Answering,
  socket: Socket,
  head: Buffer,
  found: Extract<Found, { readonly tag: 'Upgraded' }>,
): void => {
  const { response, stream, head: first } = found
  answering.onAnswer(101)
  const lines: string[] = []
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2)
    lines.push(`${response.rawHeaders[i] ?? ''}: ${response.rawHeaders[i + 1] ?? ''}\r\n`)
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`, 'latin1')
  join(socket, stream, { fromClient: head, fromServer: first })
}

/** Both ends speak to each other from here on, for as long as they like; whoever leaves ends it. */
const join = (
  socket: Socket,
  stream: Duplex,
  { fromClient, fromServer }: { readonly fromClient: Buffer; readonly fromServer: Buffer },
): void => {
  if (fromServer.length > 0) socket.write(fromServer)
  if (fromClient.length > 0) stream.write(fromClient)
  for (const one of [socket, stream as Socket]) {
    one.setTimeout(0)
    one.setKeepAlive(true, keepAliveAfter)
    const end = (): void => {
      socket.destroy()
      stream.destroy()
    }
    one.on('error', end).on('close', end)
  }
  socket.pipe(stream)
  stream.pipe(socket)
}
