import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../describe/type-meta.ts'

const { bytes, int32, list, map, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.certificates.v1'

export const CertificateSigningRequestCondition = struct(`${pkg}.CertificateSigningRequestCondition`, {
  lastTransitionTime: optional(5, time),
  lastUpdateTime: optional(4, time),
  message: optional(3, string),
  reason: optional(2, string),
  status: required(6, string),
  type: required(1, string),
})
export interface CertificateSigningRequestCondition extends TypeOf<typeof CertificateSigningRequestCondition> {}

export const CertificateSigningRequestSpec = struct(`${pkg}.CertificateSigningRequestSpec`, {
  expirationSeconds: optional(8, int32),
  extra: optional(6, map(list(string))),
  groups: optional(4, list(string), { listType: 'atomic' }),
  request: required(1, bytes),
  signerName: required(7, string),
  uid: optional(3, string),
  usages: optional(5, list(string), { listType: 'atomic' }),
  username: optional(2, string),
})
export interface CertificateSigningRequestSpec extends TypeOf<typeof CertificateSigningRequestSpec> {}

export const CertificateSigningRequestStatus = struct(`${pkg}.CertificateSigningRequestStatus`, {
  certificate: optional(2, bytes),
  conditions: optional(1, list(CertificateSigningRequestCondition), { listType: 'map', keys: ['type'] }),
})
export interface CertificateSigningRequestStatus extends TypeOf<typeof CertificateSigningRequestStatus> {}

export const CertificateSigningRequestSchema = struct(`${pkg}.CertificateSigningRequest`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, CertificateSigningRequestSpec),
  status: optional(3, CertificateSigningRequestStatus),
})
export interface CertificateSigningRequest extends TypeOf<typeof CertificateSigningRequestSchema> {}
