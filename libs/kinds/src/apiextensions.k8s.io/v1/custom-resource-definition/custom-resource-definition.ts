import type { Kind } from '@periplus/api'
import { defineKind } from '../../../describe/define-kind.ts'
import { CustomResourceDefinitionSchema } from './schema.ts'
import type { CustomResourceDefinition as Shape } from './schema.ts'
import { definitionDefaults } from './defaults.ts'
import { prepareDefinitionForCreate } from './prepare.ts'
import { definitionErrors, definitionUpdateErrors } from './validation.ts'

export interface CustomResourceDefinition extends Shape {}

export const CustomResourceDefinition: Kind<CustomResourceDefinition> = defineKind({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  resource: 'customresourcedefinitions',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  schema: CustomResourceDefinitionSchema,
  hasStatus: true,
  generationOf: object => object.spec,
  defaults: definitionDefaults,
  prepareForCreate: prepareDefinitionForCreate,
  validateInSteps: definitionErrors,
  validateUpdate: definitionUpdateErrors,
  // Its objects go before it does.
  deletionFinalizer: 'customresourcecleanup.apiextensions.k8s.io',
})
