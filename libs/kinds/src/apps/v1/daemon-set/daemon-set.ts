import { applyDefaults, deepEqual } from '@periplus/api'
import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { DaemonSetSchema } from './schema.ts'
import { daemonSetColumns } from './columns.ts'
import type { DaemonSet as Shape } from './schema.ts'
import { daemonSetDefaults } from './defaults.ts'
import { daemonSetStatusErrors } from './status-validation.ts'
import { daemonSetErrors, daemonSetUpdateErrors } from './validation.ts'
import { templateWarnings } from '../../../core/v1/warnings/workloads.ts'

export interface DaemonSet extends Shape {}

/** How often its template was changed stands in an annotation since `apps/v1` has no field for it. */
const generationAnnotation = 'deprecated.daemonset.template.generation'

const templateGeneration = ({ metadata }: DaemonSet): number => {
  const given = metadata?.annotations?.[generationAnnotation] ?? ''
  return /^\d{1,15}$/.test(given) ? Number(given) : 0
}

const withTemplateGeneration = (object: DaemonSet, generation: number): DaemonSet => ({
  ...object,
  metadata: {
    ...object.metadata,
    annotations: { ...object.metadata?.annotations, [generationAnnotation]: String(generation) },
  },
})

/** A template that leaves out what is filled in is the one that was there. */
const hasSameTemplate = (next: DaemonSet, previous: DaemonSet): boolean => {
  const template = previous.spec?.template
  if (deepEqual(next.spec?.template, template)) return true
  return deepEqual(daemonSetDefaults(applyDefaults(DaemonSetSchema, next)).spec?.template, template)
}

export const DaemonSet: Kind<DaemonSet> = defineKind({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  resource: 'daemonsets',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  schema: DaemonSetSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  columns: daemonSetColumns,
  defaults: daemonSetDefaults,
  prepareForCreate: object => ({
    ...withTemplateGeneration(object, Math.max(1, templateGeneration(object))),
    status: { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 },
  }),
  prepareForUpdate: (next, previous) =>
    withTemplateGeneration(next, templateGeneration(previous) + (hasSameTemplate(next, previous) ? 0 : 1)),
  prepareForStatusUpdate: (next, previous) => withTemplateGeneration(next, templateGeneration(previous)),
  validateInSteps: daemonSetErrors,
  warnings: templateWarnings('spec.template', ({ spec }) => spec?.template),
  validateUpdate: daemonSetUpdateErrors,
  validateStatusUpdate: daemonSetStatusErrors,
})
