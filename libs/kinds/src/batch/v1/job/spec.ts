import { schema } from '@periplus/api'
import type { TypeOf } from '@periplus/api'
import { LabelSelector } from '../../../apimachinery/meta/v1/label-selector.ts'
import { PodTemplateSpec } from '../../../core/v1/pod/template.ts'

const { boolean, int32, int64, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.api.batch.v1'

export const PodFailurePolicyOnExitCodesRequirement = struct(`${pkg}.PodFailurePolicyOnExitCodesRequirement`, {
  containerName: optional(1, string),
  operator: required(2, string),
  values: required(3, list(int32), { listType: 'set' }),
})
export interface PodFailurePolicyOnExitCodesRequirement extends TypeOf<typeof PodFailurePolicyOnExitCodesRequirement> {}

export const PodFailurePolicyOnPodConditionsPattern = struct(`${pkg}.PodFailurePolicyOnPodConditionsPattern`, {
  status: optional(2, string, { default: 'True' }),
  type: required(1, string),
})
export interface PodFailurePolicyOnPodConditionsPattern extends TypeOf<typeof PodFailurePolicyOnPodConditionsPattern> {}

export const PodFailurePolicyRule = struct(`${pkg}.PodFailurePolicyRule`, {
  action: required(1, string),
  onExitCodes: optional(2, PodFailurePolicyOnExitCodesRequirement),
  onPodConditions: optional(3, list(PodFailurePolicyOnPodConditionsPattern), { listType: 'atomic' }),
})
export interface PodFailurePolicyRule extends TypeOf<typeof PodFailurePolicyRule> {}

export const PodFailurePolicy = struct(`${pkg}.PodFailurePolicy`, {
  rules: required(1, list(PodFailurePolicyRule), { listType: 'atomic' }),
})
export interface PodFailurePolicy extends TypeOf<typeof PodFailurePolicy> {}

export const SuccessPolicyRule = struct(`${pkg}.SuccessPolicyRule`, {
  succeededCount: optional(2, int32),
  succeededIndexes: optional(1, string),
})
export interface SuccessPolicyRule extends TypeOf<typeof SuccessPolicyRule> {}

export const SuccessPolicy = struct(`${pkg}.SuccessPolicy`, {
  rules: required(1, list(SuccessPolicyRule), { listType: 'atomic' }),
})
export interface SuccessPolicy extends TypeOf<typeof SuccessPolicy> {}

export const JobSpec = struct(
  `${pkg}.JobSpec`,
  {
    activeDeadlineSeconds: optional(3, int64, { doc: 'Seconds after which the job is ended.' }),
    backoffLimit: optional(7, int32, { doc: 'Failures after which the job has failed.' }),
    backoffLimitPerIndex: optional(12, int32),
    completionMode: optional(9, string),
    completions: optional(2, int32, { doc: 'Pods that must succeed.' }),
    managedBy: optional(15, string),
    manualSelector: optional(5, boolean),
    maxFailedIndexes: optional(13, int32),
    parallelism: optional(1, int32, { doc: 'Pods that run at the same time.' }),
    podFailurePolicy: optional(11, PodFailurePolicy),
    podReplacementPolicy: optional(14, string),
    selector: optional(4, LabelSelector),
    successPolicy: optional(16, SuccessPolicy),
    suspend: optional(10, boolean, { doc: 'While true, no pod runs.' }),
    template: required(6, PodTemplateSpec, { doc: 'What its pods are made from.' }),
    ttlSecondsAfterFinished: optional(8, int32, { doc: 'Seconds after the end until the job is removed.' }),
  },
  { doc: 'What a job runs, and until when.' },
)
export interface JobSpec extends TypeOf<typeof JobSpec> {}
