import type { CustomResourceDefinition } from './schema.ts'

/** Names that follow from the kind, and no conversion between versions. */
export const definitionDefaults = (definition: CustomResourceDefinition): CustomResourceDefinition => {
  const { spec } = definition
  const { names } = spec
  return {
    ...definition,
    spec: {
      ...spec,
      conversion: spec.conversion ?? { strategy: 'None' },
      names: {
        ...names,
        singular: names.singular || names.kind.toLowerCase(),
        listKind: names.listKind || `${names.kind}List`,
      },
    },
  }
}
