import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { Preconditions } from './preconditions.ts'

const { boolean, int64, list, optional, string, struct } = schema

export const DeleteOptions = struct('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', {
  ...typeMeta,
  dryRun: optional(5, list(string), { listType: 'atomic' }),
  gracePeriodSeconds: optional(1, int64),
  ignoreStoreReadErrorWithClusterBreakingPotential: optional(6, boolean),
  orphanDependents: optional(3, boolean),
  preconditions: optional(2, Preconditions),
  propagationPolicy: optional(4, string),
})
export interface DeleteOptions extends TypeOf<typeof DeleteOptions> {}
