import { ObjectMeta, schema } from '@periplus/api'
import type { Kind, TypeOf } from '@periplus/api'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'

const { microTime, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.coordination.v1beta1'

export const LeaseCandidateSpec = struct(`${pkg}.LeaseCandidateSpec`, {
  binaryVersion: required(4, string),
  emulationVersion: optional(5, string),
  leaseName: required(1, string),
  pingTime: optional(2, microTime),
  renewTime: optional(3, microTime),
  strategy: required(6, string),
})
export interface LeaseCandidateSpec extends TypeOf<typeof LeaseCandidateSpec> {}

export const LeaseCandidateSchema = struct(`${pkg}.LeaseCandidate`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: required(2, LeaseCandidateSpec),
})
export interface LeaseCandidate extends TypeOf<typeof LeaseCandidateSchema> {}

export const LeaseCandidate: Kind<LeaseCandidate> = defineKind({
  group: 'coordination.k8s.io',
  version: 'v1beta1',
  kind: 'LeaseCandidate',
  resource: 'leasecandidates',
  namespaced: true,
  schema: LeaseCandidateSchema,
})
