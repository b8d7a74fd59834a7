import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { int32, int64, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1alpha3'

export const PoolStatus = struct(`${pkg}.PoolStatus`, {
  allocatedDevices: optional(5, int32),
  availableDevices: optional(6, int32),
  driver: required(1, string),
  generation: required(9, int64),
  nodeName: optional(3, string),
  poolName: required(2, string),
  resourceSliceCount: optional(8, int32),
  totalDevices: optional(4, int32),
  unavailableDevices: optional(7, int32),
  validationError: optional(10, string),
})
export interface PoolStatus extends TypeOf<typeof PoolStatus> {}

export const ResourcePoolStatusRequestSpec = struct(`${pkg}.ResourcePoolStatusRequestSpec`, {
  driver: required(1, string),
  limit: optional(3, int32),
  poolName: optional(2, string),
})
export interface ResourcePoolStatusRequestSpec extends TypeOf<typeof ResourcePoolStatusRequestSpec> {}

export const ResourcePoolStatusRequestStatus = struct(`${pkg}.ResourcePoolStatusRequestStatus`, {
  conditions: optional(3, list(Condition), { listType: 'map', keys: ['type'], mergeKey: 'type', patch: 'merge' }),
  poolCount: required(6, int32),
  pools: optional(2, list(PoolStatus), { listType: 'atomic' }),
})
export interface ResourcePoolStatusRequestStatus extends TypeOf<typeof ResourcePoolStatusRequestStatus> {}

export const ResourcePoolStatusRequestSchema = struct(`${pkg}.ResourcePoolStatusRequest`, {
  ...typeMeta,
  metadata: required(1, ObjectMeta),
  spec: required(2, ResourcePoolStatusRequestSpec),
  status: optional(3, ResourcePoolStatusRequestStatus),
})
export interface ResourcePoolStatusRequest extends TypeOf<typeof ResourcePoolStatusRequestSchema> {}

export const ResourcePoolStatusRequest: Kind<ResourcePoolStatusRequest> = defineKind({
  group: 'resource.k8s.io',
  version: 'v1alpha3',
  kind: 'ResourcePoolStatusRequest',
  resource: 'resourcepoolstatusrequests',
  namespaced: false,
  schema: ResourcePoolStatusRequestSchema,
  hasStatus: true,
})
