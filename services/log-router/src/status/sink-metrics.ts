import type { Metrics } from '@periplus/service'
import type { RunningSinks } from '../run/sinks.ts'

/** Sums over all sinks of this copy, so that nobody's names become series. */
export const countSinks = (metrics: Metrics, { runners }: RunningSinks): void => {
  const sum = (of: 'delivered' | 'dropped' | 'bufferedBytes'): number =>
    [...runners.values()].reduce((all, { job }) => all + job.state[of], 0)
  metrics.gauge('periplus_log_router_sinks', 'Sinks that this copy of the router has.', () => runners.size)
  metrics.gauge(
    'periplus_log_router_failing_sinks',
    'Sinks whose backends do not take lines.',
    () => [...runners.values()].filter(({ end, job }) => end ?? job.state.failing).length,
  )
  metrics.gauge('periplus_log_router_delivered_lines', 'Lines that its sinks have delivered.', () => sum('delivered'))
  metrics.gauge('periplus_log_router_dropped_lines', 'Lines that its sinks will never deliver.', () => sum('dropped'))
  metrics.gauge('periplus_log_router_buffered_bytes', 'Of lines that its sinks keep on disk.', () =>
    sum('bufferedBytes'),
  )
}
