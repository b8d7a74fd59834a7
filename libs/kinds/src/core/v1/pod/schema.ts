import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { PodSpec } from './spec.ts'
import { PodStatus } from './status.ts'

const { optional, struct } = schema

export const PodSchema = struct(
  'io.k8s.api.core.v1.Pod',
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta, { doc: 'Name, labels and other facts about the object.' }),
    spec: optional(2, PodSpec, { doc: 'What should run.' }),
    status: optional(3, PodStatus, { doc: 'What runs, as the node last saw it.' }),
  },
  { doc: 'The smallest thing that runs: containers that share one network address and their volumes, on one node.' },
)
export interface Pod extends TypeOf<typeof PodSchema> {}
