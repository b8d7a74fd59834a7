import type { Loss } from '@periplus/log-stream'
import type { Metrics } from '@periplus/service'

/** Counts in a node's metrics what of its containers' lines is not in the log stream. */
export const lossCounter = (metrics: Metrics): ((more: Loss) => void) => {
  const lines = metrics.counter('periplus_log_lines_lost_total', 'Lines that are not in the log stream, by reason.')
  const bytes = metrics.counter('periplus_log_bytes_lost_total', 'Bytes that are not in the log stream, by reason.')
  return loss => {
    lines.add(loss.lines, { reason: loss.reason })
    bytes.add(loss.bytes, { reason: loss.reason })
  }
}
