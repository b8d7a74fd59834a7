import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { DeploymentSchema } from './schema.ts'
import { deploymentColumns } from './columns.ts'
import { withoutUndefined } from '../../../describe/without-undefined.ts'
import { replicaScale } from '../../../describe/replica-scale.ts'
import { scaleSelector } from '../../../describe/scale-selector.ts'
import type { Deployment as Shape } from './schema.ts'
import { deploymentDefaults } from './defaults.ts'
import { deploymentErrors, deploymentUpdateErrors } from './validation.ts'
import { deploymentStatusErrors } from './status-validation.ts'
import { namedTemplateWarnings } from '../../../core/v1/warnings/workloads.ts'

export interface Deployment extends Shape {}

export const Deployment: Kind<Deployment> = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  resource: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  schema: DeploymentSchema,
  hasStatus: true,
  // Its ReplicaSets carry its annotations.
  generationOf: ({ metadata, spec }) => [metadata?.annotations, spec],
  columns: deploymentColumns,
  scale: replicaScale(({ spec }) => scaleSelector(spec?.selector)),
  defaults: deploymentDefaults,
  prepareForStatusUpdate: (next, { metadata }) => ({
    ...next,
    metadata: withoutUndefined({ ...next.metadata, labels: metadata?.labels }),
  }),
  validateInSteps: deploymentErrors,
  warnings: namedTemplateWarnings(({ spec }) => spec?.template),
  validateUpdate: deploymentUpdateErrors,
  validateStatusUpdate: deploymentStatusErrors,
})
