import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf, Verb } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { column, nameColumn } from '../../describe/columns.ts'

const { list, map, optional, quantity, required, string, struct, time } = schema
const pkg = 'io.k8s.metrics.pkg.apis.metrics.v1beta1'

/** Readings are taken by nodes: everybody else only looks at them. */
export const readingVerbs: readonly Verb[] = ['get', 'list', 'watch']

/** What every reading says of itself. */
export const readingFields = {
  ...typeMeta,
  metadata: optional(undefined, ObjectMeta),
  timestamp: required(undefined, time, { doc: 'When it was taken.' }),
  window: required(undefined, string, { doc: 'Over what time before that the rate of cpu was measured.' }),
}

/** What is used: `cpu` in cores, as a rate, and `memory` in bytes that cannot be taken back. */
export const usage = required(undefined, map(quantity), { doc: 'What was used.' })

export const ContainerMetrics = struct(`${pkg}.ContainerMetrics`, {
  name: required(undefined, string, { doc: 'Name of the container.' }),
  usage,
})
export interface ContainerMetrics extends TypeOf<typeof ContainerMetrics> {}

export const PodMetricsSchema = struct(
  `${pkg}.PodMetrics`,
  { ...readingFields, containers: required(undefined, list(ContainerMetrics), { doc: 'What each container used.' }) },
  { doc: 'What the containers of a pod use, as its node read it.' },
)
export interface PodMetrics extends TypeOf<typeof PodMetricsSchema> {}

const columns: readonly Column<PodMetrics>[] = [
  nameColumn,
  column('Window', 'Time over which cpu was measured.', ({ window }) => window),
]

/** Kept like a heartbeat: the log has the last reading of each pod only. */
export const PodMetrics: Kind<PodMetrics> = defineKind({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'PodMetrics',
  resource: 'pods',
  namespaced: true,
  schema: PodMetricsSchema,
  verbs: readingVerbs,
  rollup: true,
  columns,
})
