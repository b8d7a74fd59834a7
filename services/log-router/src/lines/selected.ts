import { selects } from '@periplus/api'
import { Namespace } from '@periplus/kinds'
import type { LogRecord } from '@periplus/log-stream'
import type { LogLine, LogSource } from '@periplus/logs'
import type { Cut } from '@periplus/projection'
import type { Route } from '../routes/route.ts'

/**
 * Whether a container's lines are a sink's. A LogSink has those of its own namespace and no others, whatever it says. Who is not
 * known any more has no labels.
 */
export const isSelected = (cut: Cut, { ref, spec }: Route, source: LogSource): boolean => {
  if (ref.resource === 'logsinks' && source.namespace !== ref.namespace) return false
  if (spec.containers && !spec.containers.includes(source.container)) return false
  if (spec.selector && !selects(spec.selector, source.labels)) return false
  if (ref.resource === 'logsinks' || spec.namespaceSelector === undefined) return true
  return selects(spec.namespaceSelector, cut.get(Namespace, '', source.namespace)?.metadata.labels)
}

export const lineOf = ({ stream, time, number, bytes }: LogRecord, source: LogSource): LogLine => ({
  ...{ source, stream, time, number, bytes },
})
