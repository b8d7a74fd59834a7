import { Readable } from 'node:stream'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Journal } from './journal.ts'
import { logFile } from './log-files.ts'
import { noSuchFile } from './log-query.ts'
import type { LogQuery, LogQueryRefusal } from './log-query.ts'
import { serviceLogs } from './service-logs.ts'
import type { ServiceLog } from './service-logs.ts'

/** What a node has of its own logs. */
export interface NodeLogs {
  /** The directory below which files are read. */
  readonly directory: string
  /** Where a part of the node that has such a name says what it does. */
  readonly serviceLog?: (service: string) => ServiceLog | undefined
  /** Absent: the machine keeps none. */
  readonly journal?: Journal
  /** When the machine was started, in milliseconds since the epoch. */
  readonly startedAt: number
}

/**
 * What a query is answered, piece by piece: from the logs of the node's own parts, else from the machine's journal, else from a file of
 * the service's name. Of services that nothing is known of it says so, as a kubelet does.
 */
export const answerQuery = async (
  logs: NodeLogs,
  { services, file, options }: LogQuery,
  signal: AbortSignal,
): Promise<Either<LogQueryRefusal, Readable>> => {
  if (file !== undefined) {
    const found = await logFile(logs.directory, file)
    if (found.tag === 'Missing') return E.left(noSuchFile(file))
    return E.right(found.tag === 'File' ? found.content : Readable.from([found.html]))
  }
  return E.right(Readable.from(piecesOf(logs, services, options, signal)))
}

async function* piecesOf(
  logs: NodeLogs,
  services: readonly string[],
  options: LogQuery['options'],
  signal: AbortSignal,
): AsyncGenerator<string | Buffer> {
  const { serviceLog = () => undefined, journal, startedAt } = logs
  const known = services.flatMap(service => serviceLog(service) ?? [])
  if (known.length > 0) yield* serviceLogs(known, options, startedAt)
  const units: string[] = []
  const others: string[] = []
  for (const service of services.filter(each => serviceLog(each) === undefined))
    ((await journal?.has(service, signal)) ? units : others).push(service)
  if (journal && units.length > 0) yield* journal.read(units, options, signal) as AsyncIterable<Buffer>
  if (others.length === 0) return
  if (Object.keys(options).length > 0)
    return yield `\noptions present and query resolved to log files for [${others.join(' ')}]\ntry without specifying options\n`
  for (const service of others) yield* fileOf(logs.directory, service)
}

async function* fileOf(directory: string, service: string): AsyncGenerator<string | Buffer> {
  for (const name of [service, `${service}.log`, `${service}/${service}.log`]) {
    const found = await logFile(directory, name)
    if (found.tag === 'File') return yield* found.content as AsyncIterable<Buffer>
  }
  yield `\nlog not found for ${service}\n`
}
