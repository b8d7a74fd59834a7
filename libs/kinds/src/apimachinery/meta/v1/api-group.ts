import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { GroupVersionForDiscovery, ServerAddressByClientCIDR } from './discovery.ts'

const { list, optional, required, string, struct } = schema

export const APIGroup = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIGroup', {
  ...typeMeta,
  name: required(1, string),
  preferredVersion: optional(3, GroupVersionForDiscovery),
  serverAddressByClientCIDRs: optional(4, list(ServerAddressByClientCIDR), { listType: 'atomic' }),
  versions: required(2, list(GroupVersionForDiscovery), { listType: 'atomic' }),
})
export interface APIGroup extends TypeOf<typeof APIGroup> {}
