import type { CustomResourceDefinition } from './schema.ts'

/** The version in which objects are stored is remembered: data may exist in it. */
export const prepareDefinitionForCreate = (definition: CustomResourceDefinition): CustomResourceDefinition => ({
  ...definition,
  status: { storedVersions: definition.spec.versions.filter(({ storage }) => storage).map(({ name }) => name) },
})
