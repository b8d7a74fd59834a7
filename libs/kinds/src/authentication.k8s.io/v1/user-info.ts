import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { list, map, optional, string, struct } = schema

export const UserInfo = struct('io.k8s.api.authentication.v1.UserInfo', {
  extra: optional(4, map(list(string))),
  groups: optional(3, list(string), { listType: 'atomic' }),
  uid: optional(2, string),
  username: optional(1, string),
})
export interface UserInfo extends TypeOf<typeof UserInfo> {}
