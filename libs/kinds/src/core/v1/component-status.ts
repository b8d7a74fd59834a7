import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { column, nameColumn } from '../../describe/columns.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ComponentCondition = struct(`${pkg}.ComponentCondition`, {
  error: optional(4, string),
  message: optional(3, string),
  status: required(2, string),
  type: required(1, string),
})
export interface ComponentCondition extends TypeOf<typeof ComponentCondition> {}

export const ComponentStatusSchema = struct(`${pkg}.ComponentStatus`, {
  ...typeMeta,
  conditions: optional(2, list(ComponentCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  metadata: optional(1, ObjectMeta),
})
export interface ComponentStatus extends TypeOf<typeof ComponentStatusSchema> {}

const healthy = ({ conditions }: ComponentStatus): ComponentCondition | undefined =>
  conditions?.find(({ type }) => type === 'Healthy')

const columns: readonly Column<ComponentStatus>[] = [
  nameColumn,
  column('Status', 'Whether it is healthy.', component => {
    const condition = healthy(component)
    return condition === undefined ? 'Unknown' : condition.status === 'True' ? 'Healthy' : 'Unhealthy'
  }),
  column('Message', 'What it says.', component => healthy(component)?.message ?? ''),
  column('Error', 'What is wrong.', component => healthy(component)?.error ?? ''),
]

export const ComponentStatus: Kind<ComponentStatus> = defineKind({
  group: '',
  version: 'v1',
  kind: 'ComponentStatus',
  resource: 'componentstatuses',
  shortNames: ['cs'],
  namespaced: false,
  schema: ComponentStatusSchema,
  verbs: ['get', 'list'],
  columns,
})
