import type { Clock } from '@periplus/prelude'
import { headerOf } from './exchange.ts'
import type { Incoming, Outgoing } from './exchange.ts'

/** As much of a body that was refused unread is read past all the same, as Go's server does; what waits to be asked for it is not sent. */
const mostReadPast = 256 * 1024

const isReadPast = (request: Incoming): boolean =>
  Number(headerOf(request, 'content-length') ?? NaN) <= mostReadPast && headerOf(request, 'expect') === undefined

/** As long as Go's server goes on listening to a connection that it has nothing more to say to. */
const lingerMilliseconds = 500

/**
 * A refused body is not read to its end: an HTTP/1.1 connection can't be used after that. A client that is still sending has some time to
 * read the answer: to close what it sends to resets the connection, and takes the answer away with it.
 */
export const closeAfterUnread = (request: Incoming, response: Outgoing, clock: Pick<Clock, 'after'>): void => {
  if ('stream' in response || request.readableEnded || isReadPast(request)) return
  if (request.method === 'GET' || request.method === 'HEAD') return
  response.setHeader('connection', 'close')
  const { socket } = request
  // What Node calls once the answer is sent.
  socket.destroySoon = () => {
    socket.end()
    const cancel = clock.after(lingerMilliseconds, () => socket.destroy())
    socket.once('close', cancel)
  }
}
