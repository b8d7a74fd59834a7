import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { boolean, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ConfigMapEnvSource = struct(`${pkg}.ConfigMapEnvSource`, {
  name: optional(1, string, { within: [1] }),
  optional: optional(2, boolean),
})
export interface ConfigMapEnvSource extends TypeOf<typeof ConfigMapEnvSource> {}

export const ConfigMapKeySelector = struct(
  `${pkg}.ConfigMapKeySelector`,
  {
    key: required(2, string),
    name: optional(1, string, { within: [1] }),
    optional: optional(3, boolean),
  },
  { atomic: true },
)
export interface ConfigMapKeySelector extends TypeOf<typeof ConfigMapKeySelector> {}

export const SecretEnvSource = struct(`${pkg}.SecretEnvSource`, {
  name: optional(1, string, { within: [1] }),
  optional: optional(2, boolean),
})
export interface SecretEnvSource extends TypeOf<typeof SecretEnvSource> {}

export const EnvFromSource = struct(`${pkg}.EnvFromSource`, {
  configMapRef: optional(2, ConfigMapEnvSource),
  prefix: optional(1, string),
  secretRef: optional(3, SecretEnvSource),
})
export interface EnvFromSource extends TypeOf<typeof EnvFromSource> {}

export const ObjectFieldSelector = struct(
  `${pkg}.ObjectFieldSelector`,
  {
    apiVersion: optional(1, string, { default: 'v1' }),
    fieldPath: required(2, string),
  },
  { atomic: true },
)
export interface ObjectFieldSelector extends TypeOf<typeof ObjectFieldSelector> {}

export const FileKeySelector = struct(
  `${pkg}.FileKeySelector`,
  {
    key: required(3, string),
    optional: optional(4, boolean, { default: false }),
    path: required(2, string),
    volumeName: required(1, string),
  },
  { atomic: true },
)
export interface FileKeySelector extends TypeOf<typeof FileKeySelector> {}

export const ResourceFieldSelector = struct(
  `${pkg}.ResourceFieldSelector`,
  {
    containerName: optional(1, string),
    divisor: optional(3, quantity, { default: '0' }),
    resource: required(2, string),
  },
  { atomic: true },
)
export interface ResourceFieldSelector extends TypeOf<typeof ResourceFieldSelector> {}

export const SecretKeySelector = struct(
  `${pkg}.SecretKeySelector`,
  {
    key: required(2, string),
    name: optional(1, string, { within: [1] }),
    optional: optional(3, boolean),
  },
  { atomic: true },
)
export interface SecretKeySelector extends TypeOf<typeof SecretKeySelector> {}

export const EnvVarSource = struct(`${pkg}.EnvVarSource`, {
  configMapKeyRef: optional(3, ConfigMapKeySelector),
  fieldRef: optional(1, ObjectFieldSelector),
  fileKeyRef: optional(5, FileKeySelector),
  resourceFieldRef: optional(2, ResourceFieldSelector),
  secretKeyRef: optional(4, SecretKeySelector),
})
export interface EnvVarSource extends TypeOf<typeof EnvVarSource> {}

export const EnvVar = struct(
  `${pkg}.EnvVar`,
  {
    name: required(1, string, { doc: 'Its name.' }),
    value: optional(2, string, { doc: 'Its value. $(NAME) is replaced from variables before it.' }),
    valueFrom: optional(3, EnvVarSource, { doc: 'Where the value comes from.' }),
  },
  { doc: 'An environment variable.' },
)
export interface EnvVar extends TypeOf<typeof EnvVar> {}
