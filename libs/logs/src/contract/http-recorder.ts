import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'

/** A request that it was sent. */
export interface RecordedRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Answers a request; `accept` keeps it as taken. */
export type Behaviour = (request: RecordedRequest, response: ServerResponse, accept: () => void) => void

/** An HTTP server that keeps what it was sent. */
export interface HttpRecorder {
  readonly url: string
  /** What was accepted, in order. */
  readonly accepted: readonly RecordedRequest[]
  /** How many requests came, whatever became of them. */
  readonly asked: number
  /** What comes next is answered so, a request each; then again as ever. */
  next(...behaviours: readonly Behaviour[]): void
  /** Everything is answered so from now on. */
  always(behaviour: Behaviour): void
  /** Nobody listens, and what was connected is cut off. */
  away(): Promise<void>
  back(): Promise<void>
  /** Resolves when the condition holds after some request. */
  until(holds: () => boolean): Promise<void>
  close(): Promise<void>
}

/** An HTTP server on a loopback port of its own that keeps what it accepts and answers as it is told. */
export const httpRecorder = async (usual: Behaviour): Promise<HttpRecorder> => {
  const accepted: RecordedRequest[] = []
  let behaviours: readonly Behaviour[] = []
  let ordinary = usual
  let asked = 0
  let look: (() => void)[] = []
  const told = (): void => {
    const waiting = look
    look = []
    for (const each of waiting) each()
  }
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      asked++
      const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://recorder')
      const request = {
        ...{ method: incoming.method ?? '', path: pathname, query: searchParams, headers: incoming.headers },
        body: Buffer.concat(chunks),
      }
      const [behave = ordinary, ...later] = behaviours
      behaviours = later
      behave(request, response, () => accepted.push(request))
      told()
    })
  })
  const listen = async (port: number): Promise<number> => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const stop = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const port = await listen(0)
  return {
    url: `http://127.0.0.1:${port}`,
    accepted,
    get asked() {
      return asked
    },
    next: (...given) => (behaviours = given),
    always: behaviour => (ordinary = behaviour),
    away: stop,
    back: async () => void (await listen(port)),
    until: async holds => {
      while (!holds()) await new Promise<void>(resolve => look.push(resolve))
    },
    close: stop,
  }
}

/** A plain answer with a status. */
export const answering =
  (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (_, response) =>
    void response.writeHead(status, headers).end(body)
