import type { ServerHttp2Session } from 'node:http2'

/**
 * A client that says goodbye is answered whatever it asks all the same, and its session ends with the last stream. Node would say goodbye at once in
 * its turn, and refuse each stream that comes behind, such as those that its own client opens in the turn in which it leaves. Node 20 sends a
 * refusal from within nghttp2's reading; the goodbye that goes out before it frees the very stream that is being read, in which nghttp2 then sets a flag, and
 * malloc ends the process some time later ("corrupted size vs. prev_size"; nodejs/node#64113). Two frames of anybody who can connect did it.
 */
export const letClientLeave = (session: ServerHttp2Session): void => {
  const close = session.close.bind(session)
  let [leaving, open] = [false, 0]
  // Not from within the reading. By then, without a stream, nothing more is read.
  const closeWhenDone = (): void => {
    if (leaving) setImmediate(() => (open === 0 ? close() : undefined))
  }
  session.close = () => undefined
  session.on('goaway', () => {
    leaving = true
    closeWhenDone()
  })
  session.on('stream', stream => {
    open++
    stream.once('close', () => {
      open--
      closeWhenDone()
    })
  })
}
