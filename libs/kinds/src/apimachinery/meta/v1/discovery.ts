import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'

const { required, string, struct } = schema
const pkg = 'io.k8s.apimachinery.pkg.apis.meta.v1'

export const GroupVersionForDiscovery = struct(`${pkg}.GroupVersionForDiscovery`, {
  groupVersion: required(1, string),
  version: required(2, string),
})
export interface GroupVersionForDiscovery extends TypeOf<typeof GroupVersionForDiscovery> {}

export const ServerAddressByClientCIDR = struct(`${pkg}.ServerAddressByClientCIDR`, {
  clientCIDR: required(1, string),
  serverAddress: required(2, string),
})
export interface ServerAddressByClientCIDR extends TypeOf<typeof ServerAddressByClientCIDR> {}
