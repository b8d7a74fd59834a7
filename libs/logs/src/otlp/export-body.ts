import { isUtf8 } from 'node:buffer'
import { textOf } from '../document.ts'
import type { LogLine, LogSource } from '../line.ts'

type Value = Readonly<Record<string, unknown>>

const deepest = 16

/** `AnyValue` of OpenTelemetry's protocol, in JSON. */
const valueOf = (value: unknown, left = deepest): Value => {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (typeof value !== 'object' || value === null) return {}
  if (left === 0) return { stringValue: JSON.stringify(value) }
  if (Array.isArray(value)) return { arrayValue: { values: value.map(each => valueOf(each, left - 1)) } }
  return {
    kvlistValue: { values: Object.entries(value).map(([key, each]) => ({ key, value: valueOf(each, left - 1) })) },
  }
}

const attributes = (entries: Iterable<readonly [string, unknown]>): readonly Value[] =>
  [...entries].map(([key, value]) => ({ key, value: valueOf(value) }))

/** The semantic conventions' names for Kubernetes. */
const resourceOf = ({ namespace, pod, podUid, container, node, restart, labels = {} }: LogSource): Value => ({
  attributes: attributes([
    ['k8s.namespace.name', namespace],
    ['k8s.pod.name', pod],
    ['k8s.pod.uid', podUid],
    ['k8s.container.name', container],
    ['k8s.container.restart_count', restart],
    ['k8s.node.name', node],
    ...Object.entries(labels).map(([name, value]) => [`k8s.pod.label.${name}`, value] as const),
  ]),
})

const recordOf = (line: LogLine): Value => ({
  timeUnixNano: String(line.time),
  body: isUtf8(line.bytes) ? { stringValue: textOf(line) } : { bytesValue: Buffer.from(line.bytes).toString('base64') },
  attributes: attributes([['log.iostream', line.stream], ['log.record.number', line.number], ...(line.fields ?? [])]),
})

/** An ExportLogsServiceRequest in JSON: a resource for each container, with its lines in their order. */
export const exportBody = (lines: readonly LogLine[]): string => {
  const bySource = new Map<LogSource, LogLine[]>()
  for (const line of lines) {
    const known = bySource.get(line.source)
    if (known) known.push(line)
    else bySource.set(line.source, [line])
  }
  const resourceLogs = [...bySource].map(([source, own]) => ({
    resource: resourceOf(source),
    scopeLogs: [{ scope: { name: 'periplus.log-router' }, logRecords: own.map(recordOf) }],
  }))
  return JSON.stringify({ resourceLogs })
}
