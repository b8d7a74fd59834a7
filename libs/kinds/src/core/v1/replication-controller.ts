import { ObjectMeta, fieldError, schema, selectorFromLabels } from '@periplus/api'
import type { Column, FieldError, Kind, TypeOf } from '@periplus/api'
import type { Steps } from '@periplus/prelude'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { PodTemplateSpec } from './pod/template.ts'
import { containerColumns } from '../../describe/workload-columns.ts'
import { replicaScale } from '../../describe/replica-scale.ts'
import { ageColumn, column, nameColumn, wideColumn } from '../../describe/columns.ts'
import { labelsText } from '../../describe/text.ts'
import { podTemplateDefaults } from './pod/spec-defaults.ts'
import { replicaCountErrors } from '../../validation/replica-counts.ts'
import { nonNegative } from '../../validation/values.ts'
import { namedTemplateWarnings } from './warnings/workloads.ts'
import { alwaysRestartedErrors, podTemplateErrors } from './validation/pod-template.ts'

const { int32, int64, list, map, optional, required, string, struct, time } = schema
const pkg = 'io.k8s.api.core.v1'

export const ReplicationControllerCondition = struct(`${pkg}.ReplicationControllerCondition`, {
  lastTransitionTime: optional(3, time),
  message: optional(5, string),
  reason: optional(4, string),
  status: required(2, string),
  type: required(1, string),
})
export interface ReplicationControllerCondition extends TypeOf<typeof ReplicationControllerCondition> {}

export const ReplicationControllerSpec = struct(`${pkg}.ReplicationControllerSpec`, {
  minReadySeconds: optional(4, int32),
  replicas: optional(1, int32, { default: 1 }),
  selector: optional(2, map(string), { mapType: 'atomic' }),
  template: optional(3, PodTemplateSpec),
})
export interface ReplicationControllerSpec extends TypeOf<typeof ReplicationControllerSpec> {}

export const ReplicationControllerStatus = struct(`${pkg}.ReplicationControllerStatus`, {
  availableReplicas: optional(5, int32),
  conditions: optional(6, list(ReplicationControllerCondition), {
    listType: 'map',
    keys: ['type'],
    mergeKey: 'type',
    patch: 'merge',
  }),
  fullyLabeledReplicas: optional(2, int32),
  observedGeneration: optional(3, int64),
  readyReplicas: optional(4, int32),
  replicas: required(1, int32),
})
export interface ReplicationControllerStatus extends TypeOf<typeof ReplicationControllerStatus> {}

export const ReplicationControllerSchema = struct(`${pkg}.ReplicationController`, {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  spec: optional(2, ReplicationControllerSpec),
  status: optional(3, ReplicationControllerStatus),
})
export interface ReplicationController extends TypeOf<typeof ReplicationControllerSchema> {}

const columns: readonly Column<ReplicationController>[] = [
  nameColumn,
  column('Desired', 'Pods asked for.', ({ spec }) => spec?.replicas ?? 1, 'integer'),
  column('Current', 'Pods that exist.', ({ status }) => status?.replicas ?? 0, 'integer'),
  column('Ready', 'Pods that are ready.', ({ status }) => status?.readyReplicas ?? 0, 'integer'),
  ageColumn,
  ...containerColumns<ReplicationController>(({ spec }) => spec?.template?.spec),
  wideColumn('Selector', 'Labels of the pods that belong to it.', ({ spec }) => labelsText(spec?.selector)),
]

/** Without a selector it selects the labels of its template; without labels of its own it has those too. */
const defaults = (controller: ReplicationController): ReplicationController => {
  const { metadata, spec } = controller
  if (!spec?.template) return controller
  const labels = spec.template.metadata?.labels
  const own = Object.keys(metadata?.labels ?? {}).length > 0
  const selects = Object.keys(spec.selector ?? {}).length > 0
  return {
    ...controller,
    metadata: own || !labels ? metadata : { ...metadata, labels },
    spec: {
      ...spec,
      selector: selects || !labels ? spec.selector : labels,
      template: podTemplateDefaults(spec.template),
    },
  }
}

function* validateInSteps({ spec }: ReplicationController): Steps<readonly FieldError[]> {
  const { selector, template, replicas, minReadySeconds } = spec ?? {}
  const ofTemplate = template ? yield* podTemplateErrors('spec.template', template) : []
  const labels = template?.metadata?.labels
  return [
    ...nonNegative('spec.minReadySeconds', minReadySeconds),
    ...(Object.keys(selector ?? {}).length === 0 ? [fieldError.required('spec.selector')] : []),
    ...nonNegative('spec.replicas', replicas),
    ...(template === undefined
      ? [fieldError.required('spec.template')]
      : [
          ...(selectorFromLabels(selector).matches(labels)
            ? []
            : [
                fieldError.invalid(
                  'spec.template.metadata.labels',
                  labels ?? null,
                  '`selector` does not match template `labels`',
                ),
              ]),
          ...ofTemplate,
          ...alwaysRestartedErrors('spec.template', template, 'ReplicationController'),
        ]),
  ]
}

export const ReplicationController: Kind<ReplicationController> = defineKind({
  group: '',
  version: 'v1',
  kind: 'ReplicationController',
  resource: 'replicationcontrollers',
  shortNames: ['rc'],
  categories: ['all'],
  namespaced: true,
  schema: ReplicationControllerSchema,
  orphansByDefault: true,
  hasStatus: true,
  generationOf: object => object.spec,
  columns,
  scale: replicaScale(({ spec }) => selectorFromLabels(spec?.selector).toString()),
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  prepareForCreate: object => ({ ...object, status: { replicas: 0 } }),
  defaults,
  validateInSteps,
  warnings: namedTemplateWarnings(({ spec }) => spec?.template),
  validateStatusUpdate: ({ status }) =>
    replicaCountErrors(status, ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas']),
})
