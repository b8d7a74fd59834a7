import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { int64, optional, required, string, struct } = schema
const pkg = 'io.k8s.apimachinery.pkg.apis.meta.v1'

export const ShardInfo = struct(`${pkg}.ShardInfo`, {
  selector: required(1, string),
})
export interface ShardInfo extends TypeOf<typeof ShardInfo> {}

export const ListMeta = struct(`${pkg}.ListMeta`, {
  continue: optional(3, string),
  remainingItemCount: optional(4, int64),
  resourceVersion: optional(2, string),
  selfLink: optional(1, string),
  shardInfo: optional(5, ShardInfo),
})
export interface ListMeta extends TypeOf<typeof ListMeta> {}
