import type { Metrics } from '@periplus/service'
import type { RequestLabels } from '../http/edge.ts'
import type { Freshness } from '../read/freshness.ts'
import type { WatchHub } from '../watch/hub.ts'

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** Counts requests under the names that dashboards for Kubernetes know. */
export const requestMetrics = (metrics: Metrics): ((labels: RequestLabels, code: number, seconds: number) => void) => {
  const total = metrics.counter('apiserver_request_total', 'Requests by verb, resource, scope and HTTP code.')
  const duration = metrics.histogram(
    'apiserver_request_duration_seconds',
    'Seconds from arrival to the last byte of the answer; of a watch, to its first.',
    buckets,
  )
  return (labels, code, seconds) => {
    const named = { ...labels }
    total.add(1, { ...named, code: String(code) })
    duration.observe(seconds, named)
  }
}

/** What of the server's state can be read at any time. */
export const stateMetrics = (
  metrics: Metrics,
  {
    hub,
    freshness,
    sequence,
  }: { readonly hub: WatchHub; readonly freshness: Freshness; readonly sequence: () => number },
): void => {
  metrics.gauge('periplus_watchers', 'Watches that follow live.', () => hub.watchers())
  metrics.gauge('periplus_cut_sequence', 'Last sequence of the log that reads show.', sequence)
  metrics.gauge('periplus_cut_lag_events', 'Events that the log had more than the cut when last asked.', () =>
    freshness.lag(),
  )
  metrics.gauge('periplus_cut_age_seconds', 'Seconds since the cut was known to be current.', () =>
    freshness.ageSeconds(),
  )
}
