import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../describe/type-meta.ts'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.storage.v1'

export const VolumeNodeResources = struct(`${pkg}.VolumeNodeResources`, {
  count: optional(1, int32),
})
export interface VolumeNodeResources extends TypeOf<typeof VolumeNodeResources> {}

export const CSINodeDriver = struct(`${pkg}.CSINodeDriver`, {
  allocatable: optional(4, VolumeNodeResources),
  name: required(1, string),
  nodeID: required(2, string),
  topologyKeys: optional(3, list(string), { listType: 'atomic' }),
})
export interface CSINodeDriver extends TypeOf<typeof CSINodeDriver> {}

export const CSINodeSpec = struct(`${pkg}.CSINodeSpec`, {
  drivers: required(1, list(CSINodeDriver), { listType: 'map', keys: ['name'], mergeKey: 'name', patch: 'merge' }),
})
export interface CSINodeSpec extends TypeOf<typeof CSINodeSpec> {}

export const CSINodeSchema = struct(`${pkg}.CSINode`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, CSINodeSpec),
})
export interface CSINode extends TypeOf<typeof CSINodeSchema> {}
