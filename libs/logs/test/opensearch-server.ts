import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { loopbackPort, shippedFile, startServer } from '@periplus/service'
import type { LocalServer } from '@periplus/service'
import { ensureJars, frugalJava } from './maven-jars.ts'

/** The last one that a Java of 17 runs. */
const version = '2.19.6'

export interface OpenSearch {
  readonly url: string
  readonly server: LocalServer
  /** Asks it something; what it answers, read as JSON. */
  ask(method: string, path: string, body?: object): Promise<Readonly<Record<string, unknown>>>
  dispose(): Promise<void>
}

/** A real OpenSearch of one node on loopback. Needs a JDK and `mvn` on the PATH. */
export const startOpenSearch = async (): Promise<OpenSearch> => {
  const jars = await ensureJars(`opensearch-${version}`, [
    `org.opensearch:opensearch:${version}`,
    `org.opensearch.plugin:transport-netty4-client:${version}`,
    'org.apache.logging.log4j:log4j-core:2.25.4',
  ])
  const directory = await mkdtemp(join(tmpdir(), 'periplus-opensearch-'))
  await mkdir(join(directory, 'config'))
  const chosen = await loopbackPort(join(directory, 'port'))
  if (E.isLeft(chosen)) throw new Error(chosen.left)
  const url = `http://127.0.0.1:${chosen.right}`
  const ask: OpenSearch['ask'] = async (method, path, body) => {
    const content = body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}
    const answer = await fetch(`${url}${path}`, { method, ...content })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  }
  const program = shippedFile('libs/logs/test/opensearch/Serve.java')
  const started = await startServer({
    ...{ name: 'opensearch', command: 'java', environment: {}, directory, startWithin: 180_000 },
    args: ['-Xmx384m', ...frugalJava, '-cp', `${jars}/*`, program, directory, String(chosen.right)],
    answers: () =>
      ask('GET', '/_cluster/health').then(
        ({ status }) => status !== 'red',
        () => false,
      ),
  })
  if (E.isLeft(started)) throw new Error(started.left)
  const server = started.right
  return {
    ...{ url, server, ask },
    dispose: async () => {
      await server.kill()
      await rm(directory, { recursive: true, force: true, maxRetries: 10 })
    },
  }
}
