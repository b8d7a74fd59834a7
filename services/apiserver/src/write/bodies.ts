import type { Decodable } from '@periplus/api'
import { DeleteOptions, Eviction, Scale, TokenRequest } from '@periplus/kinds'

/** Bodies that are no resource of their own, as decoding names them. */
export const deleteOptionsBody = {
  group: '',
  version: 'v1',
  kind: 'DeleteOptions',
  schema: DeleteOptions,
} as const satisfies Decodable

export const evictionBody = {
  group: 'policy',
  version: 'v1',
  kind: 'Eviction',
  schema: Eviction,
} as const satisfies Decodable

export const scaleBody = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  schema: Scale,
} as const satisfies Decodable

export const tokenRequestBody = {
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenRequest',
  schema: TokenRequest,
} as const satisfies Decodable
