import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { optional, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const LocalObjectReference = struct(
  `${pkg}.LocalObjectReference`,
  {
    name: optional(1, string),
  },
  { atomic: true },
)
export interface LocalObjectReference extends TypeOf<typeof LocalObjectReference> {}

export const ObjectReference = struct(
  `${pkg}.ObjectReference`,
  {
    apiVersion: optional(5, string),
    fieldPath: optional(7, string),
    kind: optional(1, string),
    name: optional(3, string),
    namespace: optional(2, string),
    resourceVersion: optional(6, string),
    uid: optional(4, string),
  },
  { atomic: true },
)
export interface ObjectReference extends TypeOf<typeof ObjectReference> {}

export const SecretReference = struct(
  `${pkg}.SecretReference`,
  {
    name: optional(1, string),
    namespace: optional(2, string),
  },
  { atomic: true },
)
export interface SecretReference extends TypeOf<typeof SecretReference> {}

export const TypedLocalObjectReference = struct(
  `${pkg}.TypedLocalObjectReference`,
  {
    apiGroup: optional(1, string),
    kind: required(2, string),
    name: required(3, string),
  },
  { atomic: true },
)
export interface TypedLocalObjectReference extends TypeOf<typeof TypedLocalObjectReference> {}

export const TypedObjectReference = struct(`${pkg}.TypedObjectReference`, {
  apiGroup: optional(1, string),
  kind: required(2, string),
  name: required(3, string),
  namespace: optional(4, string),
})
export interface TypedObjectReference extends TypeOf<typeof TypedObjectReference> {}
