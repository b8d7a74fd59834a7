import { schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { column, nameColumn } from '../../describe/columns.ts'
import { readingFields, readingVerbs, usage } from './pod-metrics.ts'

export const NodeMetricsSchema = schema.struct(
  'io.k8s.metrics.pkg.apis.metrics.v1beta1.NodeMetrics',
  { ...readingFields, usage },
  { doc: 'What all that runs on a node uses.' },
)
export interface NodeMetrics extends TypeOf<typeof NodeMetricsSchema> {}

const columns: readonly Column<NodeMetrics>[] = [
  nameColumn,
  column('CPU', 'Cores that were used.', ({ usage: used }) => used['cpu'] ?? ''),
  column('Memory', 'Bytes that were used.', ({ usage: used }) => used['memory'] ?? ''),
  column('Window', 'Time over which cpu was measured.', ({ window }) => window),
]

/** Kept like a heartbeat: the log has the last reading of each node only. */
export const NodeMetrics: Kind<NodeMetrics> = defineKind({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind: 'NodeMetrics',
  resource: 'nodes',
  namespaced: false,
  schema: NodeMetricsSchema,
  verbs: readingVerbs,
  rollup: true,
  columns,
})
