import type { Freshness } from '../read/freshness.ts'
import type { HealthCheck } from './health.ts'

/** A cut this old means that nobody should be sent here while another server might be current. */
const oldestSeconds = 10
/** Events behind: what a healthy server catches up on in a moment. */
const mostLag = 10_000

export const standardChecks = (freshness: Freshness): readonly HealthCheck[] => [
  { name: 'ping', liveness: true, check: () => undefined },
  {
    name: 'log',
    liveness: false,
    check: () => (freshness.reachable() ? undefined : 'the log did not answer when last asked'),
  },
  {
    name: 'projection',
    liveness: false,
    check: () => {
      const age = freshness.ageSeconds()
      if (freshness.reachable() && age > oldestSeconds) return `the cut is ${Math.round(age)} seconds old`
      return freshness.lag() > mostLag ? `the cut is ${freshness.lag()} events behind the log` : undefined
    },
  },
]
