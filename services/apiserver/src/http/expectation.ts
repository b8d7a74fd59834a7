import type { Incoming, Outgoing } from './exchange.ts'

const announcesBody = ({ headers }: Incoming): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/**
 * A body whose client waits to be asked for it is asked for when it is read, as Go's server does, and not before: what is refused unread is
 * never sent, and as nobody can tell whether it comes all the same, an HTTP/1.1 connection ends then.
 *
 * Node asks by itself, and at once. While the connection still has an earlier answer that waits, and in this one's place behind it `100 Continue`
 * stands already, it puts the head of an answer of bytes in front of both, and the client reads the one as the beginning of the other's body.
 */
export const continueWhenRead = (request: Incoming, response: Outgoing): void => {
  if ('stream' in response) return void whenRead(request, () => response.writeContinue())
  if (!announcesBody(request)) return
  const mayGoOn = response.shouldKeepAlive
  response.shouldKeepAlive = false
  whenRead(request, () => {
    if (response.headersSent) return
    response.shouldKeepAlive = mayGoOn
    if (response.socket) return response.writeContinue()
    const assign = response.assignSocket.bind(response)
    response.assignSocket = socket => {
      const isOpen = !response.headersSent
      assign(socket)
      if (isOpen) response.writeContinue()
    }
  })
}

const whenRead = (request: Incoming, ask: () => void): void => {
  const hear = (event: string | symbol): void => {
    if (event !== 'data' && event !== 'readable') return
    request.off('newListener', hear)
    ask()
  }
  request.on('newListener', hear)
}
