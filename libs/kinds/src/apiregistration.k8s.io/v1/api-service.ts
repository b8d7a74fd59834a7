import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { apiServiceErrors } from './validation.ts'
import { ageColumn, column, nameColumn } from '../../describe/columns.ts'

const { boolean, bytes, int32, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1'

export const APIServiceCondition = struct(`${pkg}.APIServiceCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface APIServiceCondition extends TypeOf<typeof APIServiceCondition> {}

export const ServiceReference = struct(`${pkg}.ServiceReference`, {
  name: optional(2, string),
  namespace: optional(1, string),
  port: optional(3, int32, { default: 443 }),
})
export interface ServiceReference extends TypeOf<typeof ServiceReference> {}

export const APIServiceSpec = struct(`${pkg}.APIServiceSpec`, {
  caBundle: optional(5, bytes, { listType: 'atomic' }),
  group: optional(2, string),
  groupPriorityMinimum: required(7, int32),
  insecureSkipTLSVerify: optional(4, boolean),
  service: optional(1, ServiceReference),
  version: optional(3, string),
  versionPriority: required(8, int32),
})
export interface APIServiceSpec extends TypeOf<typeof APIServiceSpec> {}

export const APIServiceStatus = struct(`${pkg}.APIServiceStatus`, {
  conditions: optional(1, list(APIServiceCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
})
export interface APIServiceStatus extends TypeOf<typeof APIServiceStatus> {}

export const APIServiceSchema = struct(`${pkg}.APIService`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, APIServiceSpec),
  status: optional(3, APIServiceStatus),
})
export interface APIService extends TypeOf<typeof APIServiceSchema> {}

const columns: readonly Column<APIService>[] = [
  nameColumn,
  column('Service', 'Who serves it.', ({ spec }) =>
    spec?.service ? `${spec.service.namespace}/${spec.service.name}` : 'Local',
  ),
  column('Available', 'Whether it answers.', ({ status }) => {
    const available = status?.conditions?.find(({ type }) => type === 'Available')
    if (!available) return 'Unknown'
    return available.status === 'True' ? 'True' : `${available.status} (${available.reason ?? ''})`
  }),
  ageColumn,
]

export const APIService: Kind<APIService> = defineKind({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  resource: 'apiservices',
  categories: ['api-extensions'],
  namespaced: false,
  schema: APIServiceSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
  validate: object => apiServiceErrors(object),
  columns,
})
