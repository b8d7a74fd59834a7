import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, int64, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.storage.v1'

export const TokenRequest = struct(`${pkg}.TokenRequest`, {
  audience: required(1, string),
  expirationSeconds: optional(2, int64),
})
export interface TokenRequest extends TypeOf<typeof TokenRequest> {}

export const CSIDriverSpec = struct(`${pkg}.CSIDriverSpec`, {
  attachRequired: optional(1, boolean, { default: true }),
  fsGroupPolicy: optional(5, string, { default: 'ReadWriteOnceWithFSType' }),
  nodeAllocatableUpdatePeriodSeconds: optional(9, int64),
  podInfoOnMount: optional(2, boolean, { default: false }),
  preventPodSchedulingIfMissing: optional(11, boolean),
  requiresRepublish: optional(7, boolean, { default: false }),
  seLinuxMount: optional(8, boolean, { default: false }),
  serviceAccountTokenInSecrets: optional(10, boolean),
  storageCapacity: optional(4, boolean, { default: false }),
  tokenRequests: optional(6, list(TokenRequest), { listType: 'atomic' }),
  volumeLifecycleModes: optional(3, list(string), { default: ['Persistent'], listType: 'set' }),
})
export interface CSIDriverSpec extends TypeOf<typeof CSIDriverSpec> {}

export const CSIDriverSchema = struct(`${pkg}.CSIDriver`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, CSIDriverSpec),
})
export interface CSIDriver extends TypeOf<typeof CSIDriverSchema> {}
