import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { duration } from '@periplus/apiserver'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.apiserver.pkg.apis.apiserver.v1'

const KMSConfiguration = struct(`${pkg}.KMSConfiguration`, {
  apiVersion: optional(undefined, string),
  name: required(undefined, string),
  cachesize: optional(undefined, int32),
  endpoint: required(undefined, string),
  timeout: optional(undefined, duration),
})

const Key = struct(`${pkg}.Key`, { name: required(undefined, string), secret: required(undefined, string) })
const Keys = struct(`${pkg}.Keys`, { keys: required(undefined, list(Key)) })

const ProviderConfiguration = struct(`${pkg}.ProviderConfiguration`, {
  aesgcm: optional(undefined, Keys),
  aescbc: optional(undefined, Keys),
  secretbox: optional(undefined, Keys),
  identity: optional(undefined, struct(`${pkg}.IdentityConfiguration`, {})),
  kms: optional(undefined, KMSConfiguration),
})

const ResourceConfiguration = struct(`${pkg}.ResourceConfiguration`, {
  resources: required(undefined, list(string)),
  providers: required(undefined, list(ProviderConfiguration)),
})

const EncryptionConfigurationSchema = struct(`${pkg}.EncryptionConfiguration`, {
  apiVersion: optional(undefined, string),
  kind: optional(undefined, string),
  resources: required(undefined, list(ResourceConfiguration)),
})

export type ProviderConfiguration = TypeOf<typeof ProviderConfiguration>
export type KmsConfiguration = TypeOf<typeof KMSConfiguration>
export type EncryptionConfiguration = TypeOf<typeof EncryptionConfigurationSchema>

/** What is encrypted how: `apiserver.config.k8s.io` EncryptionConfiguration. */
export const encryptionConfiguration = {
  group: 'apiserver.config.k8s.io',
  version: 'v1',
  kind: 'EncryptionConfiguration',
  schema: EncryptionConfigurationSchema,
} as const
