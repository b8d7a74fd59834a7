import type { Stored } from '@periplus/api'
import { isConditionTrue } from '@periplus/kinds'
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from '@periplus/kinds'

type Definition = Stored<CustomResourceDefinition>
type Names = CustomResourceDefinitionNames

const resourcesOf = ({ plural, singular, shortNames = [] }: Names): readonly string[] => [
  plural,
  ...(singular === undefined ? [] : [singular]),
  ...shortNames,
]

const kindsOf = ({ kind, listKind }: Names): readonly string[] => [kind, ...(listKind === undefined ? [] : [listKind])]

const accepted = ({ status, spec }: Definition): Names =>
  isConditionTrue(status?.conditions, 'NamesAccepted')
    ? spec.names
    : (status?.acceptedNames ?? { plural: '', kind: '' })

/** What keeps a definition's names from being its own: another's of the same group has them; `undefined` where nothing does. */
export const conflictOf = (definition: Definition, all: readonly Definition[]): string | undefined => {
  const others = all
    .filter(({ metadata, spec }) => metadata.uid !== definition.metadata.uid && spec.group === definition.spec.group)
    .map(accepted)
  const resources = new Set(others.flatMap(resourcesOf))
  const kinds = new Set(others.flatMap(kindsOf))
  const taken =
    resourcesOf(definition.spec.names).find(name => resources.has(name)) ??
    kindsOf(definition.spec.names).find(name => kinds.has(name))
  return taken === undefined ? undefined : `${JSON.stringify(taken)} is already in use`
}
