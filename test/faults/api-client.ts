import { readFileSync } from 'node:fs'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { parse } from 'yaml'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Of text: `{ text }`. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Text goes out as it is, everything else as JSON. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** The API as the kubeconfig's user asks it; rejects where no answer comes. */
export interface ApiClient {
  ask(path: string, ask?: Ask): Promise<Answer>
  /** An answer as it arrives; for watches. */
  stream(path: string, signal: AbortSignal): Promise<IncomingMessage>
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string }
  }[]
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string }
  }[]
}

const isJson = ({ headers }: IncomingMessage): boolean => headers['content-type']?.includes('json') === true

const patience = 20_000

/** `server` replaces the kubeconfig's. */
export const apiClient = (home: string, server?: string): ApiClient => {
  const { clusters, users } = parse(readFileSync(join(home, 'kubeconfig'), 'utf8')) as Kubeconfig
  const { cluster } = clusters[0]!
  const { user } = users[0]!
  const from64 = (text: string): Buffer => Buffer.from(text, 'base64')
  const agent = new Agent({
    keepAlive: true,
    ca: from64(cluster['certificate-authority-data']),
    cert: from64(user['client-certificate-data']),
    key: from64(user['client-key-data']),
  })
  const base = server ?? cluster.server
  return {
    ask: (path, { method = 'GET', body, headers = {} } = {}) =>
      new Promise((resolve, reject) => {
        const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
        const signal = AbortSignal.timeout(patience)
        request(
          new URL(path, base),
          { agent, method, signal, headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers } },
          response => {
            let text = ''
            response.setEncoding('utf8')
            response.on('data', (chunk: string) => (text += chunk))
            response.on('error', reject)
            response.on('aborted', () => reject(new Error('the answer broke off')))
            response.on('end', () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: (isJson(response) ? JSON.parse(text) : { text }) as Answer['body'],
              }),
            )
          },
        )
          .on('error', reject)
          .end(body === undefined || typeof body === 'string' ? body : JSON.stringify(body))
      }),
    stream: (path, signal) =>
      new Promise((resolve, reject) =>
        request(new URL(path, base), { agent, signal }, resolve).on('error', reject).end(),
      ),
  }
}
