import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import type { ResourceClaimTemplate as StoredTemplate } from '../v1/resource-claim-template.ts'
import { claimSpecFromStored, claimSpecToStored } from './convert-claim-spec.ts'
import { ResourceClaimSpec } from './resource-claim-spec.ts'

const { optional, required, struct } = schema
const pkg = 'io.k8s.api.resource.v1beta1'

export const ResourceClaimTemplateSpec = struct(`${pkg}.ResourceClaimTemplateSpec`, {
  metadata: optional(1, ObjectMeta),
  spec: required(2, ResourceClaimSpec),
})
export interface ResourceClaimTemplateSpec extends TypeOf<typeof ResourceClaimTemplateSpec> {}

export const ResourceClaimTemplateSchema = struct(`${pkg}.ResourceClaimTemplate`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, ResourceClaimTemplateSpec),
})
export interface ResourceClaimTemplate extends TypeOf<typeof ResourceClaimTemplateSchema> {}

// Of what is merged in this version's form there may be no spec yet.
const specToStored = (spec: ResourceClaimTemplateSpec | undefined): StoredTemplate['spec'] =>
  spec?.spec ? { ...spec, spec: claimSpecToStored(spec.spec) } : (spec as StoredTemplate['spec'])

const specFromStored = (spec: StoredTemplate['spec'] | undefined): ResourceClaimTemplateSpec =>
  spec?.spec ? { ...spec, spec: claimSpecFromStored(spec.spec) } : (spec as ResourceClaimTemplateSpec)

export const ResourceClaimTemplate: Kind<ResourceClaimTemplate> = defineKind({
  group: 'resource.k8s.io',
  version: 'v1beta1',
  kind: 'ResourceClaimTemplate',
  resource: 'resourceclaimtemplates',
  namespaced: true,
  schema: ResourceClaimTemplateSchema,
  stored: false,
  conversion: {
    toStored: object => ({
      ...object,
      apiVersion: 'resource.k8s.io/v1',
      spec: specToStored(object.spec),
    }),
    fromStored: stored => {
      const object = stored as StoredTemplate
      return { ...object, apiVersion: 'resource.k8s.io/v1beta1', spec: specFromStored(object.spec) }
    },
  },
})
