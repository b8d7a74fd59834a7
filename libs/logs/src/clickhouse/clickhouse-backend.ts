import { nanoTimeText } from '@periplus/prelude'
import type { LogBackend, WriteFailure } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import { textOf } from '../document.ts'
import { authorizationOf } from '../http/authorization.ts'
import { readHeaders } from '../http/headers.ts'
import { httpWriter } from '../http/http-writer.ts'
import type { HttpAnswer } from '../http/requester.ts'
import type { LogLine } from '../line.ts'
import { readTls } from '../net/tls.ts'

const identifier = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/

/**
 * Numbers of ClickHouse's errors that are a row's fault (`src/Common/ErrorCodes.cpp`): text that cannot be parsed as the column's type
 * (6, 25, 26, 27, 33, 38, 41, 70, 72, 130, 376, 441, 467, 675, 676, 691), values that do not fit there (53, 69, 117, 131, 349), a broken
 * constraint (469). Most of them come with the status 500, as does what will pass.
 */
const faultsOfRows = new Set([
  ...[6, 25, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 349, 376, 441, 467, 469, 675, 676, 691],
])

const readFailure = ({ body }: HttpAnswer, failure: WriteFailure): WriteFailure => {
  const code = /^Code: (\d+)/.exec(body.toString('latin1', 0, 20))?.[1]
  return faultsOfRows.has(Number(code)) ? { tag: 'Poisoned', why: failure.why } : failure
}

/** A row in the words of the table that the README shows. */
const rowOf = (line: LogLine): string => {
  const { source, stream, time, number, fields } = line
  return JSON.stringify({
    timestamp: nanoTimeText(time),
    ...{ namespace: source.namespace, pod: source.pod, pod_uid: source.podUid, container: source.container },
    ...{ node: source.node, restart: source.restart, stream, number },
    message: textOf(line),
    labels: source.labels ?? {},
    fields: JSON.stringify(Object.fromEntries(fields ?? [])),
  })
}

/**
 * ClickHouse over HTTP: each batch is one INSERT in JSONEachRow. What of it goes to one partition of the table is stored as one block or
 * not at all. Columns that the table has not are passed over.
 */
export const clickhouseBackend: LogBackend = {
  name: 'clickhouse',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const url = read.url('url', ['http:', 'https:'])
    const names = { database: read.text('database') ?? 'default', table: read.text('table') ?? 'logs' }
    for (const [field, name] of Object.entries(names))
      if (!identifier.test(name)) read.fault(field, 'must be a plain identifier')
    url.searchParams.set('query', `INSERT INTO ${names.database}.${names.table} FORMAT JSONEachRow`)
    url.searchParams.set('date_time_input_format', 'best_effort')
    url.searchParams.set('input_format_skip_unknown_fields', '1')
    url.searchParams.set('wait_end_of_query', '1')
    const headers = { ...readHeaders(read), 'content-type': 'application/x-ndjson', ...authorizationOf(credentials) }
    const tls = readTls(read, credentials)
    return read.opens(() =>
      httpWriter(
        {
          ...{ tls, failureOf: readFailure },
          requestOf: lines => ({ method: 'POST', url, headers, body: `${lines.map(rowOf).join('\n')}\n` }),
        },
        limits,
      ),
    )
  },
}
