import { Agent, request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { fromJson, toJson } from '@periplus/api'
import { CannotGoOn } from '@periplus/cluster'
import type { ServerAccess } from '@periplus/service'

/** Nobody answers at the server's address. */
export class ServerAway extends Error {
  override readonly name = 'ServerAway'
}

/** How objects are written. */
export interface WriteAtOnce {
  /** Who owns the fields from then on. */
  readonly fieldManager: string
  readonly dryRun: boolean
}

/** What a server answers, as kubectl's user is told of it. */
export interface ApiClient {
  readonly server: string
  /** `undefined`: what is asked for isn't there (404). Other refusals (`Refused`) end the program with the server's words. */
  get(path: string, accept?: string): Promise<unknown>
  /** Makes an object of the collection at `path`, and gives it as it is then. A refusal is a `Refused`. Warnings go to `warn`. */
  create(path: string, object: object, how: WriteAtOnce, warn: (text: string) => void): Promise<unknown>
  /** Several writes as one. Warnings go to `warn`. A refusal is a `Refused`. */
  writeAtOnce(how: WriteAtOnce, writes: readonly object[], warn: (text: string) => void): Promise<unknown>
  /** The values of an answer of lines of JSON, as they come. Warnings go to `warn`. */
  lines(path: string, signal?: AbortSignal, warn?: (text: string) => void): AsyncIterable<unknown>
  close(): void
}

/** What the server refused. */
export class Refused extends CannotGoOn {
  /** Of HTTP. */
  readonly code: number
  /** Of several writes, the one that is to blame; `undefined` where none by itself is. */
  readonly index: number | undefined
  constructor(code: number, body: string, index?: number) {
    super(refusalText(code, body))
    this.code = code
    this.index = index
  }
}

/** Ends the program with the one of `items` that a refusal of several writes blames; other errors are thrown on. */
export const blaming =
  <A>(items: readonly A[], text: (blamed: A) => string) =>
  (error: unknown): never => {
    if (!(error instanceof Refused) || error.index === undefined) throw error
    const blamed = items[error.index]
    if (blamed === undefined) throw error
    throw new CannotGoOn(`${text(blamed)}: ${error.message}`)
  }

const connectMilliseconds = 5_000

export const apiClient = ({ server, insecure, serverName, token, ...tls }: ServerAccess): ApiClient => {
  const agent = new Agent({
    ...tls,
    keepAlive: true,
    rejectUnauthorized: !insecure,
    allowPartialTrustChain: true,
    ...(serverName === undefined ? {} : { servername: serverName }),
  })
  const usual = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
  const open = (path: string, { signal, body, ...more }: Opening = {}): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST'
      const typed = body === undefined ? {} : { 'content-type': 'application/json' }
      const headers = { ...usual, ...typed, ...more }
      const away = (error: Error): void => reject(new ServerAway(`${server} does not answer: ${error.message}`))
      const asking = request(`${server}${path}`, { method, agent, headers, ...(signal ? { signal } : {}) }, resolve)
      asking.on('error', away)
      asking.once('socket', socket => {
        if (!socket.connecting) return
        const late = setTimeout(() => asking.destroy(new Error('no connection in time')), connectMilliseconds)
        socket.once('secureConnect', () => clearTimeout(late)).once('close', () => clearTimeout(late))
      })
      asking.end(body)
    })
  const written = async (
    path: string,
    body: object,
    { fieldManager, dryRun }: WriteAtOnce,
    warn: (text: string) => void,
  ): Promise<unknown> => {
    const query = new URLSearchParams({ fieldManager, ...(dryRun ? { dryRun: 'All' } : {}) }).toString()
    const answer = await open(`${path}?${query}`, { body: toJson(body) })
    const text = await textOf(answer)
    for (const warning of warningsOf(answer)) warn(warning)
    const code = answer.statusCode ?? 0
    if (code >= 200 && code < 300) return fromJson(text)
    const index = answer.headers['periplus-refused-write']
    throw new Refused(code, text, typeof index === 'string' ? Number(index) : undefined)
  }
  return {
    server,
    create: written,
    get: async (path, accept) => {
      const answer = await open(path, accept === undefined ? {} : { accept })
      const body = await textOf(answer)
      if (answer.statusCode === 200) return fromJson(body)
      if (answer.statusCode === 404) return undefined
      throw new Refused(answer.statusCode ?? 0, body)
    },
    writeAtOnce: (how, writes, warn) => written('/atomic', { writes }, how, warn),
    lines: async function* (path, signal, warn = () => undefined) {
      const answer = await open(path, signal ? { signal } : {})
      if (answer.statusCode !== 200) throw new Refused(answer.statusCode ?? 0, await textOf(answer))
      for (const warning of warningsOf(answer)) warn(warning)
      yield* linesOf(answer, error => {
        if (!signal?.aborted) throw new CannotGoOn(`${server} broke off in the middle of its answer: ${error.message}`)
      })
    },
    close: () => agent.destroy(),
  }
}

interface Opening {
  readonly signal?: AbortSignal
  /** JSON, which is posted. */
  readonly body?: string
  readonly accept?: string
}

/** The texts of `Warning` headers, which are quoted strings behind a code and an agent. */
const warningsOf = ({ headersDistinct }: IncomingMessage): readonly string[] =>
  (headersDistinct['warning'] ?? []).flatMap(line => {
    const [, quoted] = /^299 \S+ "((?:[^"\\]|\\.)*)"/.exec(line) ?? []
    return quoted === undefined ? [] : [Buffer.from(quoted.replace(/\\(.)/g, '$1'), 'latin1').toString()]
  })

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
