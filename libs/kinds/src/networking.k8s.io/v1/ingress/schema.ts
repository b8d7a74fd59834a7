import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { TypedLocalObjectReference } from '../../../core/v1/references.ts'
import { typeMeta } from '../../../describe/type-meta.ts'

const { int32, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.networking.v1'

export const ServiceBackendPort = struct(
  `${pkg}.ServiceBackendPort`,
  {
    name: optional(1, string),
    number: optional(2, int32),
  },
  { atomic: true },
)
export interface ServiceBackendPort extends TypeOf<typeof ServiceBackendPort> {}

export const IngressServiceBackend = struct(`${pkg}.IngressServiceBackend`, {
  name: required(1, string),
  port: optional(2, ServiceBackendPort),
})
export interface IngressServiceBackend extends TypeOf<typeof IngressServiceBackend> {}

export const IngressBackend = struct(`${pkg}.IngressBackend`, {
  resource: optional(3, TypedLocalObjectReference),
  service: optional(4, IngressServiceBackend),
})
export interface IngressBackend extends TypeOf<typeof IngressBackend> {}

export const HTTPIngressPath = struct(`${pkg}.HTTPIngressPath`, {
  backend: required(2, IngressBackend),
  path: optional(1, string),
  pathType: required(3, string),
})
export interface HTTPIngressPath extends TypeOf<typeof HTTPIngressPath> {}

export const HTTPIngressRuleValue = struct(`${pkg}.HTTPIngressRuleValue`, {
  paths: required(1, list(HTTPIngressPath), { listType: 'atomic' }),
})
export interface HTTPIngressRuleValue extends TypeOf<typeof HTTPIngressRuleValue> {}

export const IngressPortStatus = struct(`${pkg}.IngressPortStatus`, {
  error: optional(3, string),
  port: required(1, int32),
  protocol: required(2, string),
})
export interface IngressPortStatus extends TypeOf<typeof IngressPortStatus> {}

export const IngressLoadBalancerIngress = struct(`${pkg}.IngressLoadBalancerIngress`, {
  hostname: optional(2, string),
  ip: optional(1, string),
  ports: optional(4, list(IngressPortStatus), { listType: 'atomic' }),
})
export interface IngressLoadBalancerIngress extends TypeOf<typeof IngressLoadBalancerIngress> {}

export const IngressLoadBalancerStatus = struct(`${pkg}.IngressLoadBalancerStatus`, {
  ingress: optional(1, list(IngressLoadBalancerIngress), { listType: 'atomic' }),
})
export interface IngressLoadBalancerStatus extends TypeOf<typeof IngressLoadBalancerStatus> {}

export const IngressRule = struct(`${pkg}.IngressRule`, {
  host: optional(1, string),
  http: optional(1, HTTPIngressRuleValue, { within: [2] }),
})
export interface IngressRule extends TypeOf<typeof IngressRule> {}

export const IngressTLS = struct(`${pkg}.IngressTLS`, {
  hosts: optional(1, list(string), { listType: 'atomic' }),
  secretName: optional(2, string),
})
export interface IngressTLS extends TypeOf<typeof IngressTLS> {}

export const IngressSpec = struct(
  `${pkg}.IngressSpec`,
  {
    defaultBackend: optional(1, IngressBackend, { doc: 'Where what fits no rule goes.' }),
    ingressClassName: optional(4, string, { doc: 'Class of controller that serves it.' }),
    rules: optional(3, list(IngressRule), { listType: 'atomic', doc: 'Hosts and paths, and where they lead.' }),
    tls: optional(2, list(IngressTLS), { listType: 'atomic', doc: 'Certificates by host.' }),
  },
  { doc: 'Which requests lead where.' },
)
export interface IngressSpec extends TypeOf<typeof IngressSpec> {}

export const IngressStatus = struct(`${pkg}.IngressStatus`, {
  loadBalancer: optional(1, IngressLoadBalancerStatus),
})
export interface IngressStatus extends TypeOf<typeof IngressStatus> {}

export const IngressSchema = struct(
  `${pkg}.Ingress`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, IngressSpec),
    status: optional(3, IngressStatus),
  },
  { doc: 'Leads requests from outside to services, by host and path.' },
)
export interface Ingress extends TypeOf<typeof IngressSchema> {}
