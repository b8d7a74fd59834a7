import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as later } from 'node:timers/promises'
import { E } from '@periplus/prelude'
import { loopbackPort, shippedFile } from '@periplus/service'
import { compiled } from '../../../test/bench/kubernetes/go-programs.ts'
import { jsonLines } from './http-stages.ts'
import { tools } from './maven-jars.ts'
import { restartableServer } from './restartable-server.ts'
import type { RestartableServer } from './restartable-server.ts'

/** `AnyValue` of OpenTelemetry's protocol, in JSON. */
export interface AnyValue {
  readonly stringValue?: string
  readonly intValue?: string
  readonly bytesValue?: string
  readonly kvlistValue?: { readonly values: readonly Attribute[] }
}

export interface Attribute {
  readonly key: string
  readonly value: AnyValue
}

/** What the collector made of a line: its record, and the attributes of its resource. */
export interface CollectedRecord {
  readonly body: AnyValue
  readonly attributes: readonly Attribute[]
  readonly resource: readonly Attribute[]
}

interface Written {
  readonly resourceLogs: readonly {
    readonly resource: { readonly attributes?: readonly Attribute[] }
    readonly scopeLogs: readonly { readonly logRecords: readonly CollectedRecord[] }[]
  }[]
}

export interface Collector extends RestartableServer {
  readonly port: number
  /** What it has written, once that are so many records. */
  records(atLeast: number): Promise<readonly CollectedRecord[]>
}

const answers = (port: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = createConnection(port, '127.0.0.1')
    socket.once('error', () => resolve(false)).once('connect', () => (socket.destroy(), resolve(true)))
  })

const started = async (directory: string, port: number, receivers: object): Promise<RestartableServer> => {
  const module = join(shippedFile('test/bench/log-collector/go.mod'), '..')
  const program = compiled(module, '.', join(tools(), 'bench/log-collector'))
  if (E.isLeft(program)) throw new Error(program.left)
  const configuration = join(directory, 'collector.yaml')
  const pipelines = { logs: { receivers: Object.keys(receivers), exporters: ['file'] } }
  const telemetry = { metrics: { level: 'none' }, logs: { level: 'error' } }
  // JSON is YAML.
  await writeFile(
    configuration,
    JSON.stringify({
      receivers,
      exporters: { file: { path: join(directory, 'records'), append: true, flush_interval: '50ms' } },
      service: { telemetry, pipelines },
    }),
  )
  return restartableServer({
    ...{ name: 'collector', command: program.right, args: [`--config=${configuration}`], environment: {}, directory },
    answers: () => answers(port),
  })
}

/** A real OpenTelemetry collector that receives on a port of loopback; `receivers`: its configuration of these. Needs Go. */
export const startCollector = async (receivers: (endpoint: string) => object): Promise<Collector> => {
  const directory = await mkdtemp(join(tmpdir(), 'periplus-collector-'))
  const chosen = await loopbackPort(join(directory, 'port'))
  if (E.isLeft(chosen)) throw new Error(chosen.left)
  const port = chosen.right
  const server = await started(directory, port, receivers(`127.0.0.1:${port}`))
  const written = join(directory, 'records')
  const all = (): readonly CollectedRecord[] =>
    (existsSync(written) ? jsonLines(readFileSync(written)) : []).flatMap(line =>
      (line as unknown as Written).resourceLogs.flatMap(({ resource, scopeLogs }) =>
        scopeLogs.flatMap(({ logRecords }) =>
          logRecords.map(record => ({ ...record, resource: resource.attributes ?? [] })),
        ),
      ),
    )
  return {
    ...server,
    port,
    records: async atLeast => {
      let records = all()
      for (; records.length < atLeast; records = all()) await later(20)
      return records
    },
  }
}
