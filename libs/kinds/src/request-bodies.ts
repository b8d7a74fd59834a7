import type { Schema } from '@periplus/api'
import { DeleteOptions } from './apimachinery/meta/v1/delete-options.ts'
import { Status } from './apimachinery/meta/v1/status.ts'
import { TokenRequest } from './authentication.k8s.io/v1/token-request.ts'
import { Scale } from './autoscaling/v1/scale.ts'
import { Eviction } from './policy/v1/eviction.ts'

/** What a request or an answer may carry that is not a resource of its own. */
export interface RequestBody {
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly schema: Schema<unknown>
}

/** `DeleteOptions` is accepted under every group and version; the others under their own only. */
export const requestBodies: readonly RequestBody[] = [
  { group: '', version: 'v1', kind: 'DeleteOptions', schema: DeleteOptions },
  { group: '', version: 'v1', kind: 'Status', schema: Status },
  { group: 'authentication.k8s.io', version: 'v1', kind: 'TokenRequest', schema: TokenRequest },
  { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: Scale },
  { group: 'policy', version: 'v1', kind: 'Eviction', schema: Eviction },
]
