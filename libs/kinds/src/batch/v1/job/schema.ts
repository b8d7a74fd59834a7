import { ObjectMeta, schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { typeMeta } from '../../../describe/type-meta.ts'
import { JobSpec } from './spec.ts'

const { int32, list, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.batch.v1'

export const JobCondition = struct(`${pkg}.JobCondition`, {
  lastProbeTime: optional(3, time),
  lastTransitionTime: optional(4, time),
  message: optional(6, string),
  reason: optional(5, string),
  status: required(2, string),
  type: required(1, string),
})
export interface JobCondition extends TypeOf<typeof JobCondition> {}

export const UncountedTerminatedPods = struct(`${pkg}.UncountedTerminatedPods`, {
  failed: optional(2, list(string), { listType: 'set' }),
  succeeded: optional(1, list(string), { listType: 'set' }),
})
export interface UncountedTerminatedPods extends TypeOf<typeof UncountedTerminatedPods> {}

export const JobStatus = struct(`${pkg}.JobStatus`, {
  active: optional(4, int32),
  completedIndexes: optional(7, string),
  completionTime: optional(3, time),
  conditions: optional(1, list(JobCondition), { listType: 'atomic', mergeKey: 'type', patch: 'merge' }),
  failed: optional(6, int32),
  failedIndexes: optional(10, string),
  ready: optional(9, int32),
  startTime: optional(2, time),
  succeeded: optional(5, int32),
  terminating: optional(11, int32),
  uncountedTerminatedPods: optional(8, UncountedTerminatedPods),
})
export interface JobStatus extends TypeOf<typeof JobStatus> {}

export const JobSchema = struct(
  `${pkg}.Job`,
  {
    ...typeMeta,
    metadata: optional(1, ObjectMeta),
    spec: optional(2, JobSpec),
    status: optional(3, JobStatus),
  },
  { doc: 'Runs pods until enough of them have succeeded.' },
)
export interface Job extends TypeOf<typeof JobSchema> {}
