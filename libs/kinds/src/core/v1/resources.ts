import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { list, map, optional, quantity, required, string, struct } = schema
const pkg = 'io.k8s.api.core.v1'

export const ResourceClaim = struct(`${pkg}.ResourceClaim`, {
  name: required(1, string),
  request: optional(2, string),
})
export interface ResourceClaim extends TypeOf<typeof ResourceClaim> {}

export const ResourceRequirements = struct(
  `${pkg}.ResourceRequirements`,
  {
    claims: optional(3, list(ResourceClaim), { listType: 'map', keys: ['name'] }),
    limits: optional(1, map(quantity), { doc: 'The most that may be used.' }),
    requests: optional(2, map(quantity), { doc: 'What must be free on the node.' }),
  },
  { doc: 'What is asked for and what is allowed.' },
)
export interface ResourceRequirements extends TypeOf<typeof ResourceRequirements> {}

export const VolumeResourceRequirements = struct(`${pkg}.VolumeResourceRequirements`, {
  limits: optional(1, map(quantity)),
  requests: optional(2, map(quantity)),
})
export interface VolumeResourceRequirements extends TypeOf<typeof VolumeResourceRequirements> {}
