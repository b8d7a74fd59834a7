import type { IncomingMessage } from 'node:http'
import { E } from '@periplus/prelude'
import type { Answer, Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import type { Reply, Sink } from '../http/reply.ts'
import { exchange, responseHeaders } from './exchange.ts'
import type { Exchanged, Upstream } from './exchange.ts'
import { decodedPage, encodedPage } from './page.ts'
import { rewriteHtml, rewriteUrl } from './rewrite.ts'
import { unavailable } from './target.ts'

/** Answers a client's request with what the server behind the proxy says. */
export const relay = async (call: Call, upstream: Upstream): Promise<Answer> => {
  const upgrade = call.connection ? headerOf(call.request, 'upgrade') : undefined
  const exchanged = await exchange(call, upgrade === undefined ? upstream : { ...upstream, upgrade })
  if (E.isLeft(exchanged)) return exchanged
  if (exchanged.right.tag === 'Upgraded') return upgraded(call, exchanged.right)
  const { response } = exchanged.right
  const code = response.statusCode ?? 502
  if (upgrade !== undefined && code < 400) {
    response.destroy()
    return E.left(unavailable(`invalid upgrade response: status code ${code}`))
  }
  return E.right(await answered(call, upstream.prefix, response, code))
}

/** Both ends speak to each other from here on; whoever leaves first ends it. */
const upgraded = (call: Call, { response, stream, head }: Extract<Exchanged, { tag: 'Upgraded' }>): Answer => {
  const { connection } = call
  if (!connection) {
    stream.destroy()
    return E.left(unavailable('invalid upgrade response: status code 101'))
  }
  const { socket, head: sent, release } = connection
  release()
  const lines: string[] = []
  for (let i = 0; i + 1 < response.rawHeaders.length; i += 2)
    lines.push(`${response.rawHeaders[i] ?? ''}: ${response.rawHeaders[i + 1] ?? ''}\r\n`)
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`)
  if (head.length > 0) socket.write(head)
  if (sent.length > 0) stream.write(sent)
  const end = (): void => {
    socket.destroy()
    stream.destroy()
  }
  for (const one of [socket, stream]) one.on('error', end).on('close', end)
  socket.pipe(stream)
  stream.pipe(socket)
  return E.right(undefined)
}

/** The answer as it came, but for URLs of its own root: those lead through the proxy. */
const answered = async (call: Call, prefix: string, response: IncomingMessage, code: number): Promise<Reply> => {
  const headers = responseHeaders(response)
  const host = headerOf(call.request, 'host') ?? headerOf(call.request, ':authority') ?? ''
  const rewrite = (url: string): string => rewriteUrl(url, prefix, [host])
  const { location } = response.headers
  if (location !== undefined)
    return { tag: 'Relayed', code, headers: { ...headers, location: rewrite(location) }, run: copied([], response) }
  const [type = ''] = (response.headers['content-type'] ?? '').split(';')
  if (type.trim() !== 'text/html' || call.request.method === 'HEAD')
    return { tag: 'Relayed', code, headers, run: copied([], response) }
  const page = await decodedPage(response)
  if (page.tag === 'AsItIs') return { tag: 'Relayed', code, headers, run: copied(page.read, response) }
  const bytes = await encodedPage(rewriteHtml(page.text, rewrite), page.coding)
  const length = { 'content-length': String(bytes.length) }
  return { tag: 'Relayed', code, headers: { ...headers, ...length }, run: copied([bytes], undefined) }
}

/** Writes what was read, then what is still to come, no faster than the client takes it. */
const copied =
  (read: readonly Uint8Array[], rest: IncomingMessage | undefined) =>
  async (sink: Sink, signal: AbortSignal): Promise<boolean> => {
    for (const chunk of read) if (!sink.write(chunk)) await sink.drained(signal)
    if (!rest) return true
    try {
      for await (const chunk of rest as AsyncIterable<Uint8Array>) {
        if (signal.aborted) return false
        if (!sink.write(chunk)) await sink.drained(signal)
      }
    } catch {
      // The server behind the proxy, or the way to it, is gone.
      return false
    }
    return rest.complete
  }
