import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { toJson } from '@periplus/api'
import type { Pod } from '@periplus/kinds'
import { own } from '@periplus/prelude'
import type { NodeLogs } from '../node-logs/answer-query.ts'
import type { NodeFigures } from '../summary/node-figures.ts'
import type { NodeSettings } from '../settings.ts'
import { answerLogs } from './answer-logs.ts'
import { notFound, plain, write } from './page.ts'
import type { Page } from './page.ts'

/** What the API tells of the node. */
export interface NodeApiOptions {
  readonly settings: NodeSettings
  readonly pods: () => readonly Pod[]
  /** The node's own logs, which `/logs/` reads; absent: there are none. */
  readonly logs?: NodeLogs
  /** In Prometheus' text format. */
  readonly metrics?: () => string
  /** What node and pods use; absent: nobody measures it. */
  readonly figures?: NodeFigures
}

/** What a node answers of a kubelet's HTTP API, on connections that others open to it. */
export interface NodeApi {
  serve(connection: Duplex): void
  close(): void
}

const jsonText = (body: string): Page => ({ code: 200, contentType: 'application/json', body })
const json = (value: unknown): Page => jsonText(toJson(value))

/** A kubelet's page at a path. What this node has none of is not found. */
export const pageOf = (path: string, { settings, pods, metrics }: NodeApiOptions): Page => {
  switch (path) {
    case '/healthz':
    case '/healthz/ping':
      return plain(200, 'ok')
    case '/pods':
    case '/pods/':
      return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods() })
    case '/configz': {
      const { clusterDns, clusterDomain, cgroupRoot, capacity } = settings
      return json({
        kubeletconfig: { clusterDNS: clusterDns, clusterDomain, cgroupRoot, maxPods: Number(capacity['pods']) },
      })
    }
    case '/metrics':
      return metrics ? plain(200, metrics()) : notFound
    default:
      return notFound
  }
}

const notYet = plain(503, 'nothing was measured yet; it is every 15 seconds\n')

/** The pages that take a while to make. */
const figuresPages: Readonly<Record<string, (figures: NodeFigures, query: string) => Promise<Page>>> = {
  '/metrics/resource': async figures => {
    const text = await figures.resources()
    return text === undefined ? notYet : plain(200, text)
  },
  '/stats/summary': async (figures, query) => {
    const text = await figures.summary(new URLSearchParams(query).get('only_cpu_and_memory') === 'true')
    return text === undefined ? notYet : jsonText(text)
  },
}

export const nodeApi = (options: NodeApiOptions): NodeApi => {
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume()
    const [path = '/', query = ''] = (request.url ?? '/').split('?')
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (reads && options.logs !== undefined && path.startsWith('/logs/'))
      return void answerLogs(options.logs, path.slice('/logs/'.length), query, request, response).catch(() =>
        response.destroy(),
      )
    const figuresPage = own(figuresPages, path)
    if (reads && options.figures && figuresPage)
      return void figuresPage(options.figures, query).then(
        page => write(page, request, response),
        () => write(plain(500, 'the figures could not be measured\n'), request, response),
      )
    write(reads ? pageOf(path, options) : plain(405, 'Method Not Allowed\n'), request, response)
  }
  // It listens nowhere: connections are brought to it.
  const server = createServer(answer)
  server.on('clientError', (_, socket) => void socket.destroy())
  return { serve: connection => void server.emit('connection', connection), close: () => void server.close() }
}
