import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { int32, intOrString, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.networking.v1'

export const IPBlock = struct(`${pkg}.IPBlock`, {
  cidr: required(1, string),
  except: optional(2, list(string), { listType: 'atomic' }),
})
export interface IPBlock extends TypeOf<typeof IPBlock> {}

export const NetworkPolicyPort = struct(`${pkg}.NetworkPolicyPort`, {
  endPort: optional(3, int32),
  port: optional(2, intOrString),
  protocol: optional(1, string, { default: 'TCP' }),
})
export interface NetworkPolicyPort extends TypeOf<typeof NetworkPolicyPort> {}

export const NetworkPolicyPeer = struct(`${pkg}.NetworkPolicyPeer`, {
  ipBlock: optional(3, IPBlock),
  namespaceSelector: optional(2, LabelSelector),
  podSelector: optional(1, LabelSelector),
})
export interface NetworkPolicyPeer extends TypeOf<typeof NetworkPolicyPeer> {}

export const NetworkPolicyEgressRule = struct(`${pkg}.NetworkPolicyEgressRule`, {
  ports: optional(1, list(NetworkPolicyPort), { listType: 'atomic' }),
  to: optional(2, list(NetworkPolicyPeer), { listType: 'atomic' }),
})
export interface NetworkPolicyEgressRule extends TypeOf<typeof NetworkPolicyEgressRule> {}

export const NetworkPolicyIngressRule = struct(`${pkg}.NetworkPolicyIngressRule`, {
  from: optional(2, list(NetworkPolicyPeer), { listType: 'atomic' }),
  ports: optional(1, list(NetworkPolicyPort), { listType: 'atomic' }),
})
export interface NetworkPolicyIngressRule extends TypeOf<typeof NetworkPolicyIngressRule> {}

export const NetworkPolicySpec = struct(`${pkg}.NetworkPolicySpec`, {
  egress: optional(3, list(NetworkPolicyEgressRule), { listType: 'atomic' }),
  ingress: optional(2, list(NetworkPolicyIngressRule), { listType: 'atomic' }),
  podSelector: optional(1, LabelSelector, { default: {} }),
  policyTypes: optional(4, list(string), { listType: 'atomic' }),
})
export interface NetworkPolicySpec extends TypeOf<typeof NetworkPolicySpec> {}

export const NetworkPolicySchema = struct(
  `${pkg}.NetworkPolicy`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, NetworkPolicySpec),
  },
  { doc: 'Which traffic pods may have.' },
)
export interface NetworkPolicy extends TypeOf<typeof NetworkPolicySchema> {}
