import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { DeviceSelector, OpaqueDeviceConfiguration } from './device-selector.ts'

const { list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.resource.v1'

export const DeviceClassConfiguration = struct(`${pkg}.DeviceClassConfiguration`, {
  opaque: optional(1, OpaqueDeviceConfiguration, { within: [1] }),
})
export interface DeviceClassConfiguration extends TypeOf<typeof DeviceClassConfiguration> {}

export const DeviceClassSpec = struct(`${pkg}.DeviceClassSpec`, {
  config: optional(2, list(DeviceClassConfiguration), { listType: 'atomic' }),
  extendedResourceName: optional(4, string),
  selectors: optional(1, list(DeviceSelector), { listType: 'atomic' }),
})
export interface DeviceClassSpec extends TypeOf<typeof DeviceClassSpec> {}

export const DeviceClassSchema = struct(`${pkg}.DeviceClass`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, DeviceClassSpec),
})
export interface DeviceClass extends TypeOf<typeof DeviceClassSchema> {}

export const DeviceClass: Kind<DeviceClass> = defineKind({
  group: 'resource.k8s.io',
  version: 'v1',
  kind: 'DeviceClass',
  resource: 'deviceclasses',
  namespaced: false,
  schema: DeviceClassSchema,
  generationOf: object => object.spec,
})
