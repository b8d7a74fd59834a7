export { httpsWebhooks } from './https/https-webhooks.ts'
export type { HttpsWebhooksOptions } from './https/https-webhooks.ts'
export { serviceResolver } from './resolve-service.ts'
export type {
  Resolved,
  ResolveService,
  WebhookClient,
  WebhookCredentials,
  WebhookFault,
  WebhookQuestion,
} from './webhook-client.ts'
export { conversionWebhooks } from './conversion/conversion-webhooks.ts'
export type { ConversionWebhooksOptions, ConvertObjects } from './conversion/conversion-webhooks.ts'
