import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { optional, required, string, struct } = schema
const pkg = 'io.k8s.api.certificates.v1alpha1'

export const ClusterTrustBundleSpec = struct(`${pkg}.ClusterTrustBundleSpec`, {
  signerName: optional(1, string),
  trustBundle: required(2, string),
})
export interface ClusterTrustBundleSpec extends TypeOf<typeof ClusterTrustBundleSpec> {}

export const ClusterTrustBundleSchema = struct(`${pkg}.ClusterTrustBundle`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, ClusterTrustBundleSpec),
})
export interface ClusterTrustBundle extends TypeOf<typeof ClusterTrustBundleSchema> {}

export const ClusterTrustBundle: Kind<ClusterTrustBundle> = defineKind({
  group: 'certificates.k8s.io',
  version: 'v1alpha1',
  kind: 'ClusterTrustBundle',
  resource: 'clustertrustbundles',
  namespaced: false,
  schema: ClusterTrustBundleSchema,
  stored: false,
})
