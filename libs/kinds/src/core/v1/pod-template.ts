import { ObjectMeta, schema } from '@periplus/api'
import type { Column, Kind, TypeOf } from '@periplus/api'
import { podTemplateErrors } from './validation/pod-template.ts'
import { templateWarnings } from './warnings/workloads.ts'
import { defineKind } from '../../describe/define-kind.ts'
import { typeMeta } from '../../describe/type-meta.ts'
import { PodTemplateSpec } from './pod/template.ts'
import { type Container } from './container.ts'
import { column, nameColumn } from '../../describe/columns.ts'
import { labelsText } from '../../describe/text.ts'
import { podTemplateDefaults } from './pod/spec-defaults.ts'

const { optional, struct } = schema

export const PodTemplateSchema = struct('io.k8s.api.core.v1.PodTemplate', {
  ...typeMeta,
  metadata: optional(1, ObjectMeta),
  template: optional(2, PodTemplateSpec),
})
export interface PodTemplate extends TypeOf<typeof PodTemplateSchema> {}

const columns: readonly Column<PodTemplate>[] = [
  nameColumn,
  column('Containers', 'Names of its containers.', ({ template }) => names(template, ({ name }) => name)),
  column('Images', 'Images of its containers.', ({ template }) => names(template, ({ image }) => image ?? '')),
  column('Pod Labels', 'Labels of pods made from it.', ({ template }) => labelsText(template?.metadata?.labels)),
]

const names = (template: PodTemplateSpec | undefined, of: (container: Container) => string): string =>
  (template?.spec?.containers ?? []).map(of).join(',')

export const PodTemplate: Kind<PodTemplate> = defineKind({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  resource: 'podtemplates',
  namespaced: true,
  schema: PodTemplateSchema,
  generationOf: ({ template }) => template,
  columns,
  validateInSteps: ({ template }) => podTemplateErrors('template', template ?? {}),
  warnings: templateWarnings('template', ({ template }) => template),
  defaults: object => (object.template ? { ...object, template: podTemplateDefaults(object.template) } : object),
})
