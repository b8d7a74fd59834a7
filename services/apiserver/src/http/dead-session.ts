import type { Http2Session } from 'node:http2'

/** How long a session must have been still before it is looked at, and then once more. */
const stillMilliseconds = 1000

/**
 * Ends a session that HTTP/2 gave up: nghttp2 takes header fields of up to 64 KiB as encoded, answers a longer one (a request
 * line with thousands of selectors) with GOAWAY, and then neither reads nor writes any more, of which Node tells nobody. The
 * client would wait for its answer for as long as the connection stands. What gives such a session away: something was
 * received, and what is to be sent since then stays where it is.
 */
export const endWhenDead = (session: Http2Session): void => {
  let received = 0
  let asked = false
  const look = (): void => {
    if (session.destroyed) return
    session.setTimeout(stillMilliseconds)
    if (asked && (session.state.outboundQueueSize ?? 0) > 0) return session.destroy()
    asked = false
    const { bytesRead } = session.socket
    if (bytesRead === received) return
    received = bytesRead
    asked = session.ping(() => {
      asked = false
    })
  }
  session.on('timeout', look)
  session.setTimeout(stillMilliseconds)
}
