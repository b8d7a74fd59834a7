import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { Condition } from '../../apimachinery/meta/v1/condition.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { bytes, int32, list, map, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.certificates.v1beta1'

export const PodCertificateRequestSpec = struct(`${pkg}.PodCertificateRequestSpec`, {
  maxExpirationSeconds: optional(8, int32),
  nodeName: required(6, string),
  nodeUID: required(7, string),
  pkixPublicKey: optional(9, bytes),
  podName: required(2, string),
  podUID: required(3, string),
  proofOfPossession: optional(10, bytes),
  serviceAccountName: required(4, string),
  serviceAccountUID: required(5, string),
  signerName: required(1, string),
  stubPKCS10Request: required(12, bytes),
  unverifiedUserAnnotations: optional(11, map(string)),
})
export interface PodCertificateRequestSpec extends TypeOf<typeof PodCertificateRequestSpec> {}

export const PodCertificateRequestStatus = struct(`${pkg}.PodCertificateRequestStatus`, {
  beginRefreshAt: optional(5, time),
  certificateChain: optional(2, string),
  conditions: optional(1, list(Condition), { listType: 'map', keys: ['type'], mergeKey: 'type', patch: 'merge' }),
  notAfter: optional(6, time),
  notBefore: optional(4, time),
})
export interface PodCertificateRequestStatus extends TypeOf<typeof PodCertificateRequestStatus> {}

export const PodCertificateRequestSchema = struct(`${pkg}.PodCertificateRequest`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, PodCertificateRequestSpec),
  status: optional(3, PodCertificateRequestStatus),
})
export interface PodCertificateRequest extends TypeOf<typeof PodCertificateRequestSchema> {}

export const PodCertificateRequest: Kind<PodCertificateRequest> = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1beta1',
  kind: 'PodCertificateRequest',
  resource: 'podcertificaterequests',
  namespaced: true,
  schema: PodCertificateRequestSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
})
