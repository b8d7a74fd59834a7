import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { loopbackPort, shippedFile } from '@periplus/service'
import { compiled } from '../../../test/bench/kubernetes/go-programs.ts'
import { jsonLines } from './http-stages.ts'
import { tools } from './maven-jars.ts'
import { restartableServer } from './restartable-server.ts'
import type { RestartableServer } from './restartable-server.ts'

const program = 'github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs'

/** A line as it gives it back: labels, fields, and what it makes of time (`_time`) and text (`_msg`). */
export type FoundLine = Readonly<Record<string, string>>

export interface VictoriaLogs extends RestartableServer {
  /** Of Loki's push API. */
  readonly url: string
  /** What a query in LogsQL finds. */
  ask(query: string): Promise<readonly FoundLine[]>
}

/** A real VictoriaLogs on loopback, which takes what is sent to Loki. Needs Go. */
export const startVictoriaLogs = async (): Promise<VictoriaLogs> => {
  const module = join(shippedFile('libs/logs/test/victoria-logs/go.mod'), '..')
  const made = compiled(module, program, join(tools(), 'victoria-logs'))
  if (E.isLeft(made)) throw new Error(made.left)
  const directory = await mkdtemp(join(tmpdir(), 'periplus-victoria-logs-'))
  const chosen = await loopbackPort(join(directory, 'port'))
  if (E.isLeft(chosen)) throw new Error(chosen.left)
  const address = `127.0.0.1:${chosen.right}`
  const server = await restartableServer({
    ...{ name: 'victoria-logs', command: made.right, environment: {}, directory },
    // Lines of the tests are old, and some are JSON that is to stay as it is.
    args: [
      ...[`-httpListenAddr=${address}`, `-storageDataPath=${join(directory, 'stored')}`],
      ...['-retentionPeriod=100y', '-loki.disableMessageParsing', '-memory.allowedBytes=64MiB'],
    ],
    answers: () =>
      fetch(`http://${address}/health`).then(
        ({ ok }) => ok,
        () => false,
      ),
  })
  return {
    ...server,
    url: `http://${address}/insert/loki/api/v1/push`,
    ask: async query => {
      const body = new URLSearchParams({ query, limit: '10000' })
      const answer = await fetch(`http://${address}/select/logsql/query`, { method: 'POST', body })
      const found = Buffer.from(await answer.arrayBuffer())
      if (!answer.ok) throw new Error(`${answer.status} ${found.toString()}`)
      return jsonLines(found) as readonly FoundLine[]
    },
  }
}
