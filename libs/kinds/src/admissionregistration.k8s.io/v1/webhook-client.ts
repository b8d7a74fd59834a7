import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { bytes, int32, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.admissionregistration.v1'

export const ServiceReference = struct(`${pkg}.ServiceReference`, {
  name: required(2, string),
  namespace: required(1, string),
  path: optional(3, string),
  port: optional(4, int32, { default: 443 }),
})
export interface ServiceReference extends TypeOf<typeof ServiceReference> {}

export const WebhookClientConfig = struct(`${pkg}.WebhookClientConfig`, {
  caBundle: optional(2, bytes),
  service: optional(1, ServiceReference),
  url: optional(3, string),
})
export interface WebhookClientConfig extends TypeOf<typeof WebhookClientConfig> {}
