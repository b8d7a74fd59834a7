import { asBuffer, nanoTimeText } from '@periplus/prelude'
import { isUtf8 } from 'node:buffer'
import { lineId } from './line.ts'
import type { LogLine, LogSource } from './line.ts'

/** What a document tells of a line's container, as JSON members; made once for all its lines. */
const sourceMembers = new WeakMap<LogSource, string>()

const membersOf = (source: LogSource): string => {
  const known = sourceMembers.get(source)
  if (known !== undefined) return known
  const { namespace, pod, podUid, container, node, restart, labels } = source
  const kubernetes = {
    ...{ namespace_name: namespace, pod_name: pod, pod_id: podUid, container_name: container, host: node },
    ...{ restart_count: restart },
    ...(labels === undefined ? {} : { labels }),
  }
  const members = `"kubernetes":${JSON.stringify(kubernetes)}`
  sourceMembers.set(source, members)
  return members
}

/** A line's text; what is no UTF-8 has replacement characters. */
export const textOf = ({ bytes }: LogLine): string => asBuffer(bytes).toString('utf8')

/** Names that a line's own fields cannot take. */
const ownNames = new Set(['@timestamp', 'message', 'bytes', 'stream', 'number', 'kubernetes'])

/**
 * A line as one JSON object without newlines, in the words of Fluentd's Kubernetes filter: `@timestamp`, `message`, `stream`,
 * `number`, `kubernetes`, and the line's fields beside them. Bytes that are no UTF-8 are in `bytes` too, as base64.
 */
export const documentOf = (line: LogLine): string => {
  if (line.document) return line.document.json
  const { source, stream, time, number, bytes, fields } = line
  let more = ''
  if (!isUtf8(bytes)) more += `,"bytes":"${Buffer.from(bytes).toString('base64')}"`
  if (fields)
    for (const [name, value] of fields)
      if (!ownNames.has(name)) more += `,${JSON.stringify(name)}:${JSON.stringify(value) ?? 'null'}`
  return `{"@timestamp":"${nanoTimeText(time)}","message":${JSON.stringify(textOf(line))},"stream":"${stream}","number":${number},${membersOf(source)}${more}}`
}

/** A document and the id that it has. */
export const identified = (line: LogLine): readonly [id: string, document: string] => [lineId(line), documentOf(line)]
