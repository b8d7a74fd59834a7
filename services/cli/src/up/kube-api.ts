import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { parse } from 'yaml'
import type { Home } from './home.ts'

/** The cluster's API, asked as the kubeconfig's user. */
export interface KubeApi {
  readonly server: string
  /** Status and parsed body; rejects where the server cannot be reached. */
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>
  close(): void
}

interface Kubeconfig {
  readonly clusters: readonly {
    readonly cluster: { readonly server: string; readonly 'certificate-authority-data': string }
  }[]
  readonly users: readonly {
    readonly user: { readonly 'client-certificate-data': string; readonly 'client-key-data': string }
  }[]
}

export const kubeApi = (home: Home): KubeApi => {
  const { clusters, users } = parse(readFileSync(home.kubeconfig, 'utf8')) as Kubeconfig
  const [cluster, user] = [clusters[0]?.cluster, users[0]?.user]
  if (!cluster || !user) throw new Error(`${home.kubeconfig} names no cluster or no user`)
  const agent = new Agent({
    keepAlive: true,
    ca: Buffer.from(cluster['certificate-authority-data'], 'base64'),
    cert: Buffer.from(user['client-certificate-data'], 'base64'),
    key: Buffer.from(user['client-key-data'], 'base64'),
  })
  return {
    server: cluster.server,
    get: path =>
      new Promise((resolve, reject) => {
        request(new URL(path, cluster.server), { agent }, response => {
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
          .end()
      }),
    close: () => agent.destroy(),
  }
}
