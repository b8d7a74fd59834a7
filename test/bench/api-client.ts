import { readFileSync } from 'node:fs'
import { connect } from 'node:http2'
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2'
import { join } from 'node:path'
import { parse } from 'yaml'

/** A lean HTTP/2 client of one connection, so that the bench measures the server more than itself. */
export interface ApiClient {
  post(path: string, body: unknown): Promise<number>
  /** Body and milliseconds until its last byte. */
  get(path: string): Promise<{ readonly body: Buffer; readonly milliseconds: number }>
  /** Calls `line` with each line of the answer; returns how to stop. */
  lines(path: string, line: (text: string) => void): () => void
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

export const apiClient = (home: string): ApiClient => {
  const config = parse(readFileSync(join(home, 'kubeconfig'), 'utf8')) as Kubeconfig
  const [cluster, user] = [config.clusters[0]!.cluster, config.users[0]!.user]
  const decoded = (text: string): Buffer => Buffer.from(text, 'base64')
  const session: ClientHttp2Session = connect(cluster.server, {
    ca: decoded(cluster['certificate-authority-data']),
    cert: decoded(user['client-certificate-data']),
    key: decoded(user['client-key-data']),
    settings: { initialWindowSize: 16 * 1024 * 1024 },
  })
  session.on('connect', () => session.setLocalWindowSize(64 * 1024 * 1024))

  const collect = (stream: ClientHttp2Stream): Promise<{ status: number; body: Buffer }> =>
    new Promise((resolve, reject) => {
      let status = 0
      const chunks: Buffer[] = []
      stream.on('response', headers => (status = Number(headers[':status'])))
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('end', () => resolve({ status, body: Buffer.concat(chunks) }))
    })
  return {
    post: async (path, body) => {
      const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json' })
      stream.end(JSON.stringify(body))
      const { status, body: answer } = await collect(stream)
      if (status >= 300) throw new Error(`POST ${path}: ${status} ${String(answer)}`)
      return status
    },
    get: async path => {
      const begun = performance.now()
      const { status, body } = await collect(session.request({ ':method': 'GET', ':path': path }))
      if (status !== 200) throw new Error(`GET ${path}: ${status} ${String(body)}`)
      return { body, milliseconds: performance.now() - begun }
    },
    lines: (path, line) => {
      const stream = session.request({ ':method': 'GET', ':path': path })
      let rest = ''
      stream.setEncoding('utf8')
      stream.on('data', (chunk: string) => {
        const lines = (rest + chunk).split('\n')
        rest = lines.pop() ?? ''
        lines.forEach(line)
      })
      stream.on('error', () => undefined)
      return () => stream.close()
    },
    close: () => session.close(),
  }
}
