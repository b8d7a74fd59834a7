import type { LogBackend } from '../backend.ts'
import { readConfig } from '../config/read-config.ts'
import type { ConfigReader } from '../config/read-config.ts'
import { textOf } from '../document.ts'
import { authorizationOf } from '../http/authorization.ts'
import { readHeaders } from '../http/headers.ts'
import { httpWriter } from '../http/http-writer.ts'
import type { LogLine, LogSource } from '../line.ts'
import { readTls } from '../net/tls.ts'

const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** Labels that every stream has: few, as Loki makes a stream of each combination. */
const labelsOf = (
  { namespace, pod, container, node }: LogSource,
  stream: string,
): Readonly<Record<string, string>> => ({
  ...{ namespace, pod, container, node_name: node, stream },
})

const readLabels = (config: ConfigReader): Readonly<Record<string, string>> => {
  const labels = config.texts('labels')
  for (const name of labels.keys()) if (!labelName.test(name)) config.fault('labels', `${name} is no label's name`)
  return Object.fromEntries(labels)
}

/** The body of Loki's push API in JSON: streams in the order in which their first lines come, lines in the order that they have. */
const pushBody = (lines: readonly LogLine[], labels: Readonly<Record<string, string>>): string => {
  const streams = new Map<LogSource, Map<string, string[]>>()
  for (const line of lines) {
    const { source, stream, time, number, fields } = line
    const known = streams.get(source) ?? new Map<string, string[]>()
    streams.set(source, known)
    const values = known.get(stream) ?? []
    known.set(stream, values)
    const metadata: Record<string, string> = { number: String(number) }
    for (const [name, value] of fields ?? [])
      if (name !== 'number' && labelName.test(name))
        metadata[name] = typeof value === 'string' ? value : JSON.stringify(value)
    values.push(`["${time}",${JSON.stringify(textOf(line))},${JSON.stringify(metadata)}]`)
  }
  const parts: string[] = []
  for (const [source, byStream] of streams)
    for (const [stream, values] of byStream)
      parts.push(
        `{"stream":${JSON.stringify({ ...labels, ...labelsOf(source, stream) })},"values":[${values.join(',')}]}`,
      )
  return `{"streams":[${parts.join(',')}]}`
}

/**
 * Grafana Loki's push API (`/loki/api/v1/push`), in JSON, with a line's number and fields as structured metadata. `tenant` is the
 * header X-Scope-OrgID.
 */
export const lokiBackend: LogBackend = {
  name: 'loki',
  open: (config, credentials, limits) => {
    const read = readConfig(config)
    const base = read.url('url', ['http:', 'https:'])
    const url = base.pathname === '/' ? new URL('/loki/api/v1/push', base) : base
    const labels = readLabels(read)
    const tenant = read.text('tenant')
    const headers = {
      ...readHeaders(read),
      ...(tenant === undefined ? {} : { 'x-scope-orgid': tenant }),
      'content-type': 'application/json',
      ...authorizationOf(credentials),
    }
    if (tenant !== undefined && !/^[A-Za-z0-9!._*'()-]{1,150}$/.test(tenant))
      read.fault('tenant', 'is no tenant of Loki')
    const tls = readTls(read, credentials)
    return read.opens(() =>
      httpWriter(
        { tls, requestOf: lines => ({ method: 'POST', url, headers, body: pushBody(lines, labels) }) },
        limits,
      ),
    )
  },
}
