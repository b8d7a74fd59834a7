import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { keepingMetadata } from '../../describe/keeping-metadata.ts'
import { inVersion } from '../../describe/other-version.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { ResourceClaimStatus } from '../v1/resource-claim.ts'
import type { ResourceClaim as StoredClaim } from '../v1/resource-claim.ts'
import { claimSpecFromStored, claimSpecToStored } from './convert-claim-spec.ts'
import { ResourceClaimSpec } from './resource-claim-spec.ts'

const { optional, required, struct } = schema

export const ResourceClaimSchema = struct('io.k8s.api.resource.v1beta1.ResourceClaim', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, ResourceClaimSpec),
  status: optional(3, inVersion(ResourceClaimStatus, 'v1', 'v1beta1')),
})
export interface ResourceClaim extends TypeOf<typeof ResourceClaimSchema> {}

export const ResourceClaim: Kind<ResourceClaim> = defineKind({
  group: 'resource.k8s.io',
  version: 'v1beta1',
  kind: 'ResourceClaim',
  resource: 'resourceclaims',
  namespaced: true,
  schema: ResourceClaimSchema,
  hasStatus: true,
  prepareForStatusUpdate: keepingMetadata,
  stored: false,
  conversion: {
    toStored: object => ({ ...object, apiVersion: 'resource.k8s.io/v1', spec: claimSpecToStored(object.spec) }),
    fromStored: stored => {
      const object = stored as StoredClaim
      return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec: claimSpecFromStored(object.spec) }
    },
  },
})
