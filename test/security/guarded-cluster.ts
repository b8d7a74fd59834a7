import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:https'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap, createSecurity, ensurePki, serveNodeCommands, start, writeKubeconfig } from '@periplus/apiserver'
import type { Identity, NodeLimits, NodeStreams, SecurityOptions } from '@periplus/apiserver'
import { builtInAdmission, createCommands } from '@periplus/commands'
import { runController } from '@periplus/controller'
import type { Controller } from '@periplus/controller'
import { kindsAt } from '@periplus/custom'
import { memoryEventLog } from '@periplus/log'
import type { MemoryEventLog } from '@periplus/log'
import type { LogStream } from '@periplus/log-stream'
import { E, freshSeed, sharedTurn, systemClock, thrownAt } from '@periplus/prelude'
import { startLiveCut } from '@periplus/projection'
import { cutAt } from '@periplus/replay'
import { logger, metrics } from '@periplus/service'
import type { Metrics, RunningService } from '@periplus/service'
import type { Bus } from '@periplus/bus'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Of a `Status`; `''` where the answer is none. */
  readonly message: string
  readonly reason: string
  /** Names of a list's items. */
  readonly names: readonly string[]
  /** Parsed; throws where the answer isn't JSON. */
  readonly json: Readonly<Record<string, unknown>>
}

export interface Asking {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Text goes out as it is, everything else as JSON. */
  readonly body?: unknown
}

/** One user at the API, by a client certificate or a token. */
export interface ApiUser {
  readonly ask: (path: string, asking?: Asking) => Promise<Answer>
  /** The answer as it comes; ended with `destroy`. */
  readonly open: (path: string, asking?: Asking) => Promise<IncomingMessage>
}

/** The API server with its real doors: TLS, certificates, tokens, RBAC with the bootstrap policy, the past. Controllers as asked for. */
export interface GuardedCluster {
  readonly url: string
  readonly ca: string
  /** For kubectl, as a member of `system:masters`. */
  readonly kubeconfig: string
  /** A member of `system:masters`. */
  readonly admin: ApiUser
  readonly adminIdentity: Identity
  /** Somebody with a certificate of the cluster's authority. */
  user(name: string, ...groups: string[]): Promise<ApiUser>
  /** What such a user shows. */
  identity(name: string, ...groups: string[]): Promise<Identity>
  /** Answers the commands of nodes, over NATS, until it is stopped; what they should not have thrown is an error. */
  serveNodes(bus: Bus, options?: { readonly aside?: Bus; readonly limits?: NodeLimits }): RunningService
  /** What the server reads and writes. */
  readonly log: MemoryEventLog
  withToken(token: string): ApiUser
  /** What the server logged as errors: bugs, which no test expects. */
  readonly errors: readonly string[]
  /** The log's newest sequence as the server sees it. */
  sequence(): number
  stop(): Promise<void>
}

export const guardedCluster = async (
  options: {
    readonly streams?: NodeStreams
    readonly lines?: LogStream
    readonly recentLimit?: number
    readonly metrics?: Metrics
    readonly controllers?: readonly Controller[]
    readonly log?: MemoryEventLog
    readonly judges?: SecurityOptions['judges']
  } = {},
): Promise<GuardedCluster> => {
  const home = await mkdtemp(join(tmpdir(), 'periplus-guarded-'))
  const pki = await ensurePki({ home, clock: systemClock })
  const { recentLimit = 4096, log = memoryEventLog() } = options
  const running = await startLiveCut({ log, recentLimit })
  const { cut } = running
  const errors: string[] = []
  const commands = createCommands({
    cut,
    log,
    kindsAt,
    admission: builtInAdmission,
    turn: sharedTurn,
    onBug: (error, { verb, kind }) => void errors.push(`${verb} ${kind.resource}: ${thrownAt(error)}`),
  })
  const begun = await bootstrap({ serviceIp: '10.96.0.1', serviceCidr: '10.96.0.0/16', port: 6443 }, { cut, commands })
  if (E.isLeft(begun)) throw new Error(JSON.stringify(begun.left))
  const security = await createSecurity({
    ...{ cut, clock: systemClock, tokenKey: pki.tokenKey },
    ...(options.judges ? { judges: options.judges } : {}),
  })
  const server = await start({
    host: '127.0.0.1',
    port: 0,
    tls: { ca: pki.ca, cert: pki.serving.certificate, key: pki.serving.key },
    kindsAt,
    log,
    cut,
    commands,
    security,
    cutAt: cutAt(log),
    decisions: { byId: async () => undefined, all: noDecisions },
    logger: logger('apiserver', { write: line => void errors.push(line) }),
    metrics: options.metrics ?? metrics(),
    ...(options.lines ? { lines: options.lines } : {}),
    ...(options.streams ? { streams: options.streams } : {}),
  })
  // Nobody asks for them, and they would grow for as long as the server runs.
  const decisions = { record: () => undefined }
  const deciding = (options.controllers ?? []).map(controller =>
    runController(controller, {
      cut,
      commands,
      decisions,
      clock: systemClock,
      newSeed: freshSeed,
      turn: sharedTurn,
      onBug: (name, key, error) => void errors.push(`${name} ${key.name} ${String(error)}`),
    }),
  )
  const kubeconfig = join(home, 'kubeconfig')
  await writeKubeconfig(kubeconfig, { server: server.url, ca: pki.ca, identity: pki.admin })
  const agents: Agent[] = []
  const connect = (identity: Identity | undefined, token?: string): ApiUser => {
    const credentials = identity ? { cert: identity.certificate, key: identity.key } : {}
    const agent = new Agent({ keepAlive: true, maxSockets: 16, ca: pki.ca, ...credentials })
    agents.push(agent)
    return userOver(server.url, agent, token === undefined ? {} : { authorization: `Bearer ${token}` })
  }
  const identity: GuardedCluster['identity'] = (name, ...groups) =>
    pki.client(join('users', encodeURIComponent(`${name} ${groups.join(' ')}`)), name, groups)
  return {
    url: server.url,
    ca: pki.ca,
    kubeconfig,
    admin: connect(pki.admin),
    adminIdentity: pki.admin,
    user: async (name, ...groups) => connect(await identity(name, ...groups)),
    identity,
    serveNodes: (bus, { aside = bus, limits } = {}) =>
      serveNodeCommands({
        bus,
        aside,
        kindsAt,
        cut,
        commands,
        security,
        clock: systemClock,
        metrics: options.metrics ?? metrics(),
        ...(limits ? { limits } : {}),
        onFlood: () => undefined,
        onBug: error => void errors.push(String(error)),
      }),
    log,
    withToken: token => connect(undefined, token),
    errors,
    sequence: () => cut.sequence,
    stop: async () => {
      for (const agent of agents) agent.destroy()
      for (const controller of deciding) await controller.stop()
      await server.stop()
      await running.close()
      await rm(home, { recursive: true })
    },
  }
}

async function* noDecisions(): AsyncGenerator<never> {
  // None are looked at here.
}

const userOver = (url: string, agent: Agent, more: Readonly<Record<string, string>>): ApiUser => {
  const open: ApiUser['open'] = (path, { method = 'GET', headers = {}, body } = {}) =>
    new Promise((resolve, reject) => {
      const bytes = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
      const typed =
        bytes === undefined ? {} : { 'content-type': typeOf(method), 'content-length': Buffer.byteLength(bytes) }
      const { hostname, port } = new URL(url)
      // Not through `URL`, which would tidy the path up.
      request({ hostname, port, path, method, agent, headers: { ...typed, ...more, ...headers } }, resolve)
        .on('error', reject)
        .end(bytes)
    })
  return {
    open,
    ask: async (path, asking) => {
      const response = await open(path, asking)
      const chunks: Buffer[] = []
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
      return answerOf(response, Buffer.concat(chunks).toString())
    },
  }
}

interface Shown {
  readonly message?: string
  readonly reason?: string
  readonly items?: readonly { readonly metadata: { readonly name: string } }[]
}

const answerOf = ({ statusCode = 0, headers }: IncomingMessage, text: string): Answer => {
  // A watch is many lines of JSON.
  const isJson = /^[^\n]+\n?$/.test(text) && headers['content-type']?.includes('json') === true
  const shown: Shown = isJson ? (JSON.parse(text) as Shown) : {}
  return {
    status: statusCode,
    headers,
    text,
    message: shown.message ?? '',
    reason: shown.reason ?? '',
    names: (shown.items ?? []).map(({ metadata }) => metadata.name),
    get json() {
      return JSON.parse(text) as Answer['json']
    },
  }
}

const typeOf = (method: string): string => (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json')
