import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { fromJson } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import type { ServerAccess } from './kubeconfig.ts'

/** Nobody answers at the server's address. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway'
}

/** What a server answers, as kubectl's user is told of it. */
export interface ApiClient {
  readonly server: string
  /** `undefined`: what is asked for isn't there (404). Other refusals end the program with the server's words. */
  get(path: string): Promise<unknown>
  /** The values of an answer of lines of JSON, as they come. */
  lines(path: string, signal?: AbortSignal): AsyncIterable<unknown>
  close(): void
}

const connectMilliseconds = 5_000

export const apiClient = ({ server, insecure, serverName, token, ...tls }: ServerAccess): ApiClient => {
  const agent = new Agent({
    ...tls,
    keepAlive: true,
    rejectUnauthorized: !insecure,
    ...(serverName === undefined ? {} : { servername: serverName }),
  })
  const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  const open = (path: string, signal?: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const away = (error: Error): void => reject(new ServerAway(`${server} does not answer: ${error.message}`))
      const asking = request(`${server}${path}`, { agent, headers, ...(signal ? { signal } : {}) }, resolve)
      asking.on('error', away)
      asking.once('socket', socket => {
        if (!socket.connecting) return
        const late = setTimeout(() => asking.destroy(new Error('no connection in time')), connectMilliseconds)
        socket.once('secureConnect', () => clearTimeout(late)).once('close', () => clearTimeout(late))
      })
      asking.end()
    })
  return {
    server,
    get: async path => {
      const answer = await open(path)
      const body = await textOf(answer)
      if (answer.statusCode === 200) return fromJson(body)
      if (answer.statusCode === 404) return undefined
      throw new CannotGoOn(refusalText(answer.statusCode ?? 0, body))
    },
    lines: async function* (path, signal) {
      const answer = await open(path, signal)
      if (answer.statusCode !== 200) throw new CannotGoOn(refusalText(answer.statusCode ?? 0, await textOf(answer)))
      yield* linesOf(answer, error => {
        if (!signal?.aborted) throw new CannotGoOn(`${server} broke off in the middle of its answer: ${error.message}`)
      })
    },
    close: () => agent.destroy(),
  }
}

async function* linesOf(answer: IncomingMessage, brokenOff: (error: Error) => void): AsyncGenerator<unknown> {
  let rest = ''
  answer.setEncoding('utf8')
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<string>
  try {
    for (;;) {
      const chunk = await chunks.next().catch((error: Error) => brokenOff(error))
      if (!chunk || chunk.done) return
      const parts = (rest + chunk.value).split('\n')
      rest = parts.pop() ?? ''
      for (const part of parts) yield fromJson(part)
    }
  } finally {
    answer.on('error', () => undefined).destroy()
  }
}

const textOf = async (answer: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** In kubectl's words. */
const refusalText = (code: number, body: string): string => {
  const { reason, message } = statusIn(body)
  return `Error from server${reason ? ` (${reason})` : ''}: ${message ?? `the server answered ${code}`}`
}

const statusIn = (body: string): { readonly reason?: string; readonly message?: string } => {
  try {
    return (fromJson(body) ?? {}) as { reason?: string; message?: string }
  } catch {
    return {}
  }
}
