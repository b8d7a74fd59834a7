import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { ServerAddressByClientCIDR } from './discovery.ts'

const { list, required, string, struct } = schema

export const APIVersions = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIVersions', {
  ...typeMeta,
  serverAddressByClientCIDRs: required(2, list(ServerAddressByClientCIDR), { listType: 'atomic' }),
  versions: required(1, list(string), { listType: 'atomic' }),
})
export interface APIVersions extends TypeOf<typeof APIVersions> {}
