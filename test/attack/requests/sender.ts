import { Agent, request } from 'node:https'
import type { HostileRequest } from './draw.ts'

const patienceMilliseconds = 60_000
/** A watch goes on for as long as one listens. */
const listenMilliseconds = 200
/** As much of an answer is kept. */
const longestAnswer = 8 * 1024 * 1024

/** Where an API server is, and who asks it; PEM. */
export interface Credentials {
  readonly url: string
  readonly ca: string
  readonly certificate: string
  readonly key: string
}

export interface Sender {
  /** Rejects where nothing is answered. */
  send(request: HostileRequest): Promise<Heard>
  close(): void
}

export interface Heard {
  readonly status: number
  readonly text: string
  /** Headers that came with it, where the sender looks at them; `''` where there was none. */
  readonly type?: string
  readonly retryAfter?: string
  /** Whether `text` is all of the body. */
  readonly whole?: boolean
  /** The answer is to another try: the connection of the first ended, and nobody knows whether that was carried out. */
  readonly again?: boolean
}

/** Sends requests as they are given, over connections that are kept, or each over its own. */
export const sender = ({ url, ca, certificate, key }: Credentials, keepAlive = true): Sender => {
  const agent = new Agent({ keepAlive, ca, cert: certificate, key })
  const { hostname, port } = new URL(url)
  const send: Sender['send'] = ({ method, target, headers, body }) =>
    new Promise((resolve, reject) => {
      const asked = request({ hostname, port, path: target, method, headers, agent }, response => {
        let text = ''
        const done = (): void => resolve({ status: response.statusCode ?? 0, text })
        const listened = setTimeout(() => {
          asked.destroy()
          done()
        }, listenMilliseconds)
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          if (text.length < longestAnswer) text += chunk
          if (!/[?&]watch=|\/watch\/|follow=/.test(target)) listened.refresh()
        })
        response.on('end', () => {
          clearTimeout(listened)
          done()
        })
        response.on('error', () => undefined)
      })
      asked.setTimeout(patienceMilliseconds, () => asked.destroy(new Error('no answer')))
      asked.on('error', reject)
      asked.end(body)
    })
  return { send, close: () => agent.destroy() }
}
