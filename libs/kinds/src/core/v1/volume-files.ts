import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { ObjectFieldSelector, ResourceFieldSelector } from './env.ts'

const { int32, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const DownwardAPIVolumeFile = struct(`${pkg}.DownwardAPIVolumeFile`, {
  fieldRef: optional(2, ObjectFieldSelector),
  mode: optional(4, int32),
  path: required(1, string),
  resourceFieldRef: optional(3, ResourceFieldSelector),
})
export interface DownwardAPIVolumeFile extends TypeOf<typeof DownwardAPIVolumeFile> {}

export const KeyToPath = struct(`${pkg}.KeyToPath`, {
  key: required(1, string),
  mode: optional(3, int32),
  path: required(2, string),
})
export interface KeyToPath extends TypeOf<typeof KeyToPath> {}
