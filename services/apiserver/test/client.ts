import { Agent, request } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Parsed; throws where the answer isn't JSON. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly json: any
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Text and bytes go out as they are, everything else as JSON. */
  readonly body?: unknown
}

export interface Client {
  readonly ask: (path: string, asking?: Asking) => Promise<Answered>
  /** The answer as it comes; ended with `destroy`. */
  readonly open: (path: string, asking?: Asking) => Promise<IncomingMessage>
  readonly post: (path: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answered>
}

const bytesOf = (body: unknown): string | Uint8Array | undefined =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)

/** An HTTP/1.1 client of one server. */
export const clientOf = ({ url, ca }: { readonly url: string; readonly ca: string }): Client => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const send = (
    path: string,
    { method = 'GET', headers = {}, body }: Asking,
    over: Agent | false,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const bytes = bytesOf(body)
      const all: Record<string, string> = {
        // Node gives a DELETE no length by itself.
        ...(bytes === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(bytes)) }),
        ...headers,
      }
      const outgoing = request(
        `${url}${path}`,
        {
          method,
          ca,
          agent: over,
          headers: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== '')),
        },
        resolve,
      )
      outgoing.on('error', reject)
      outgoing.end(bytes)
    })
  // A watch has a connection of its own.
  const open: Client['open'] = (path, asking = {}) => send(path, asking, false)
  const ask = async (path: string, asking: Asking = {}): Promise<Answered> => {
    const response = await send(path, asking, agent)
    const chunks: Buffer[] = []
    for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    return {
      status: response.statusCode ?? 0,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text) as unknown
      },
    }
  }
  return { open, ask, post: (path, body, headers = {}) => ask(path, { method: 'POST', body, headers }) }
}
