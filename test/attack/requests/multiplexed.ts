import { connect } from 'node:http2'
import type { ClientHttp2Session } from 'node:http2'
import type { Credentials, Heard, Sender } from './sender.ts'
import { sender } from './sender.ts'

const patienceMilliseconds = 60_000
/** A watch goes on for as long as one listens. */
const listenMilliseconds = 20
/** Of an answer, so much is kept: enough to see what it is. */
const mostKept = 8 * 1024
/** Megabytes. A client that holds a body of more than its session may have resets the stream on which the answer comes. */
const sessionMegabytes = 512
/** Streams that a connection has before another one takes its place: connections must begin and end, too. */
const streamsPerSession = 5_000

const goesOn = /[?&]watch=|\/watch\/|follow=/

/**
 * Sends requests over a few HTTP/2 connections, which costs a tenth of a connection each; what a client of HTTP/2 will not send goes over
 * HTTP/1.1.
 */
export const multiplexedSender = (credentials: Credentials): Sender => {
  const { url, ca, certificate: cert, key } = credentials
  const plain = sender(credentials)
  let session: ClientHttp2Session | undefined
  let streams = 0
  const current = (): ClientHttp2Session => {
    if (session && !session.closed && !session.destroyed && streams++ < streamsPerSession) return session
    session?.close()
    streams = 0
    const opened = connect(url, {
      ca,
      cert,
      key,
      maxSessionMemory: sessionMegabytes,
      settings: { initialWindowSize: 16 * 1024 * 1024 },
    })
    opened.on('error', () => undefined)
    session = opened
    return opened
  }
  const send: Sender['send'] = hostile => {
    const { method, target, headers, body } = hostile
    return new Promise<Heard>((resolve, reject) => {
      const connection = current()
      let stream
      try {
        stream = connection.request(
          { ...headers, ':method': method, ':path': target },
          { endStream: body === undefined },
        )
      } catch {
        // Such as a header that may stand once only.
        return resolve(plain.send(hostile))
      }
      const asked = stream
      let [status, text, type, retryAfter] = [0, '', '', '']
      let [ended, failed] = [false, false]
      let listened: NodeJS.Timeout | undefined
      const done = (): void => {
        clearTimeout(listened)
        resolve({ status, text, type, retryAfter, whole: ended && text.length < mostKept })
      }
      asked.setTimeout(patienceMilliseconds, () => {
        reject(new Error('no answer'))
        failed = true
        asked.close()
      })
      asked.on('response', answer => {
        status = Number(answer[':status'])
        type = answer['content-type'] ?? ''
        retryAfter = String(answer['retry-after'] ?? '')
        if (goesOn.test(target))
          listened = setTimeout(() => {
            done()
            asked.close()
          }, listenMilliseconds)
      })
      asked.setEncoding('utf8')
      asked.on('data', (chunk: string) => {
        if (text.length < mostKept) text += chunk
      })
      asked.on('end', () => {
        ended = true
        if (status > 0) done()
      })
      // A connection that the server ended at a line that is too long for HTTP/2 to carry, of this stream or of another.
      const again = async (error: unknown): Promise<Heard> => {
        const heard = await plain.send(hostile).catch(() => Promise.reject(error))
        return { ...heard, again: true }
      }
      asked.on('error', error => {
        failed = true
        if (status > 0) done()
        else resolve(again(error))
      })
      // Of a connection's end Node tells its streams no error. A stream that ended alone, without an answer, is the server's fault.
      asked.on('close', () => {
        if (status === 0 && !failed && connection.destroyed) resolve(again(new Error('the connection ended')))
        else done()
      })
      asked.end(body)
    })
  }
  return {
    send,
    close: () => {
      session?.destroy()
      plain.close()
    },
  }
}
