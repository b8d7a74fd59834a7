import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { APIGroup } from './api-group.ts'

const { list, required, struct } = schema

export const APIGroupList = struct('io.k8s.apimachinery.pkg.apis.meta.v1.APIGroupList', {
  ...typeMeta,
  groups: required(1, list(APIGroup), { listType: 'atomic' }),
})
export interface APIGroupList extends TypeOf<typeof APIGroupList> {}
