import type { KindRegistry } from '@periplus/api'
import type { HealthCheck } from '../operations/health.ts'

/** What `GET /` lists, sorted. */
export const servedPaths = (
  kinds: KindRegistry,
  checks: readonly HealthCheck[],
  documents: readonly string[],
): readonly string[] =>
  [
    '/api',
    '/apis',
    ...kinds.groups.flatMap(group =>
      group === ''
        ? kinds.versions(group).map(version => `/api/${version}`)
        : [`/apis/${group}`, ...kinds.versions(group).map(version => `/apis/${group}/${version}`)],
    ),
    ...['/healthz', '/livez', '/readyz'].flatMap(root => [
      root,
      ...checks.filter(({ liveness }) => liveness || root !== '/livez').map(({ name }) => `${root}/${name}`),
    ]),
    ...documents,
    '/metrics',
    '/openapi/v2',
    '/openapi/v3',
    '/version',
  ].sort()
