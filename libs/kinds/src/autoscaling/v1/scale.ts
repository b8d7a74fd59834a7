import { ObjectMeta, schema } from '@periplus/api'
import type { Column, TypeOf } from '@periplus/api'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { int32, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.autoscaling.v1'

export const ScaleSpec = struct(`${pkg}.ScaleSpec`, {
  replicas: optional(1, int32),
})
export interface ScaleSpec extends TypeOf<typeof ScaleSpec> {}

export const ScaleStatus = struct(`${pkg}.ScaleStatus`, {
  replicas: required(1, int32),
  selector: optional(2, string),
})
export interface ScaleStatus extends TypeOf<typeof ScaleStatus> {}

export const Scale = struct(`${pkg}.Scale`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, ScaleSpec),
  status: optional(3, ScaleStatus),
})
export interface Scale extends TypeOf<typeof Scale> {}

/** What `kubectl get --subresource=scale` prints. */
export const scaleColumns: readonly Column<Scale>[] = [
  nameColumn,
  column('Desired', 'Replicas that are wanted.', ({ spec }) => spec?.replicas ?? 0, 'integer'),
  column('Available', 'Replicas that there are.', ({ status }) => status?.replicas ?? 0, 'integer'),
  ageColumn,
]
