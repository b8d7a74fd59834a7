import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const NamespaceCondition = struct(`${pkg}.NamespaceCondition`, {
  lastTransitionTime: optional(4, time),
  message: optional(6, string),
  reason: optional(5, string),
  status: required(2, string),
  type: required(1, string),
})
export interface NamespaceCondition extends TypeOf<typeof NamespaceCondition> {}

export const NamespaceSpec = struct(`${pkg}.NamespaceSpec`, {
  finalizers: optional(1, list(string), { listType: 'atomic' }),
})
export interface NamespaceSpec extends TypeOf<typeof NamespaceSpec> {}

export const NamespaceStatus = struct(`${pkg}.NamespaceStatus`, {
  conditions: optional(2, list(NamespaceCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  phase: optional(1, string),
})
export interface NamespaceStatus extends TypeOf<typeof NamespaceStatus> {}

export const NamespaceSchema = struct(
  `${pkg}.Namespace`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, NamespaceSpec, { doc: 'What holds it.' }),
    status: optional(3, NamespaceStatus, { doc: 'Whether it is being removed.' }),
  },
  { doc: 'A room for names: objects in different namespaces may share one.' },
)
export interface Namespace extends TypeOf<typeof NamespaceSchema> {}
