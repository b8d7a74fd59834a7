import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'

const { boolean, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.apimachinery.pkg.apis.meta.v1'

export const APIResource = struct(`${pkg}.APIResource`, {
  categories: optional(7, list(string), { listType: 'atomic' }),
  group: optional(8, string),
  kind: required(3, string),
  name: required(1, string),
  namespaced: required(2, boolean),
  shortNames: optional(5, list(string), { listType: 'atomic' }),
  singularName: required(6, string),
  storageVersionHash: optional(10, string),
  verbs: required(4, list(string)),
  version: optional(9, string),
})
export interface APIResource extends TypeOf<typeof APIResource> {}

export const APIResourceList = struct(`${pkg}.APIResourceList`, {
  ...typeMeta,
  groupVersion: required(1, string),
  resources: required(2, list(APIResource), { listType: 'atomic' }),
})
export interface APIResourceList extends TypeOf<typeof APIResourceList> {}
