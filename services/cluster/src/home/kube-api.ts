import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { parse } from 'yaml'
import type { ClusterFile } from './cluster-file.ts'
import type { Home } from './home.ts'
import { CannotGoOn } from './say.ts'

export interface ApiAnswer {
  readonly status: number
  /** Parsed where it is JSON, else text. */
  readonly body: unknown
}

/** The cluster's API as one client asks it; its methods reject where the server cannot be reached. */
export interface KubeApi {
  readonly server: string
  get(path: string): Promise<ApiAnswer>
  post(path: string, body: unknown): Promise<ApiAnswer>
  put(path: string, body: unknown): Promise<ApiAnswer>
  delete(path: string): Promise<ApiAnswer>
  /** Shows another certificate from the next request on; what is under way ends as who it began as. */
  become(identity: Pick<ApiCredentials, 'cert' | 'key'>): void
  close(): void
}

/** Who asks, in PEM. */
export interface ApiCredentials {
  readonly server: string
  /** Absent: whoever answers is believed, for what anybody may read and is checked otherwise. */
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  /** In place of a certificate. A secret. */
  readonly token?: string
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string }
  }[]
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string }
  }[]
}

/** As the kubeconfig's user. */
export const adminApi = (home: Home): KubeApi => {
  const { clusters, users } = parse(readFileSync(home.kubeconfig, 'utf8')) as Kubeconfig
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user]
  if (!cluster || !user) throw new Error(`${home.kubeconfig} names no cluster or no user`)
  return kubeApi({
    server: cluster.server,
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
    cert: Buffer.from(user['client-certificate-data'], 'base64'),
    key: Buffer.from(user['client-key-data'], 'base64'),
  })
}

/** Asks as the kubeconfig's user, and closes behind it. */
export const asAdministrator = async <A>(home: Home, use: (api: KubeApi) => Promise<A>): Promise<A> => {
  const api = adminApi(home)
  try {
    return await use(api)
  } finally {
    api.close()
  }
}

/** As the node of this host, of its API server; its certificate was issued before. */
export const nodeApi = (
  home: Home,
  { nodeName, apiPort, joined }: Pick<ClusterFile, 'nodeName' | 'apiPort' | 'joined'>,
): KubeApi => {
  const identity = readFileSync(home.nodeIdentity(nodeName))
  const server = joined && !joined.controlPlane ? joined.apiServer : `https://127.0.0.1:${apiPort}`
  return kubeApi({ server, ca: readFileSync(home.ca), cert: identity, key: identity })
}

/** What the API server says of an answer that is none. */
export const wordsOf = ({ status, body }: ApiAnswer): string =>
  (body as { readonly message?: string } | undefined)?.message ?? `the API server answered ${status}`

/** The body of an answer that refuses nothing. */
export const well = (answer: ApiAnswer): unknown => {
  if (answer.status < 300) return answer.body
  throw new CannotGoOn(wordsOf(answer))
}

/** Connections under one certificate, which end with the last request once it is no longer shown. */
interface Connections {
  readonly agent: Agent
  underWay: number
  isLeft: boolean
}

export const kubeApi = ({ server, ca, cert, key, token }: ApiCredentials): KubeApi => {
  const connections = (identity: Pick<ApiCredentials, 'cert' | 'key'>): Connections => ({
    agent: new Agent({ keepAlive: true, ca, ...identity, rejectUnauthorized: ca !== undefined }),
    underWay: 0,
    isLeft: false,
  })
  let present = connections({ cert, key })
  const endIdle = ({ agent, underWay, isLeft }: Connections): void => {
    if (isLeft && underWay === 0) agent.destroy()
  }
  const authorization = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const ask = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
    new Promise((resolve, reject) => {
      const over = present
      const headers = { ...authorization, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) }
      over.underWay++
      request(new URL(path, server), { agent: over.agent, method, headers }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          const isJson = response.headers['content-type']?.includes('json')
          resolve({ status: response.statusCode ?? 0, body: isJson ? (JSON.parse(text) as unknown) : text })
        })
      })
        .on('error', reject)
        .on('close', () => {
          over.underWay--
          endIdle(over)
        })
        .end(body === undefined ? undefined : JSON.stringify(body))
    })
  return {
    server,
    get: path => ask('GET', path),
    post: (path, body) => ask('POST', path, body),
    put: (path, body) => ask('PUT', path, body),
    delete: path => ask('DELETE', path),
    become: identity => {
      const before = present
      present = connections(identity)
      before.isLeft = true
      endIdle(before)
    },
    close: () => present.agent.destroy(),
  }
}
