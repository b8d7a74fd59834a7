import { gvkOf } from '@periplus/api'
import type { Kind, KindRegistry } from '@periplus/api'
import type { MetKind } from '@periplus/cel'
import type { ValidatingAdmissionPolicy } from '@periplus/kinds'

/** As many kinds of one rule are looked at. */
const mostKinds = 10

const withoutWildcards = (names: readonly string[] = []): readonly string[] =>
  names.some(name => name.includes('*')) ? [] : [...names].sort()

const textOf = ({ group, version, kind }: ReturnType<typeof gvkOf>): string => `${group}/${version}, Kind=${kind}`

const byText = (a: Kind, b: Kind): number => {
  const [mine, other] = [gvkOf(a), gvkOf(b)]
  for (const part of ['group', 'version', 'kind'] as const)
    if (mine[part] !== other[part]) return mine[part] < other[part] ? -1 : 1
  return 0
}

/** The kinds that a policy names, without wildcards and without subresources, in the order of their names. */
export const kindsMet = (
  { matchConstraints }: NonNullable<ValidatingAdmissionPolicy['spec']>,
  kinds: KindRegistry,
): readonly MetKind[] => {
  const found = new Set<Kind>()
  for (const { apiGroups, apiVersions, resources = [] } of matchConstraints?.resourceRules ?? []) {
    const named = withoutWildcards(apiGroups).flatMap(group =>
      withoutWildcards(apiVersions).flatMap(version =>
        resources
          .filter(resource => !/[*/]/.test(resource))
          .sort()
          .flatMap(resource => kinds.byResource(group, version, resource) ?? []),
      ),
    )
    for (const kind of named.slice(0, mostKinds)) found.add(kind)
    if (named.length >= mostKinds) break
  }
  return [...found].sort(byText).map(kind => ({ name: textOf(gvkOf(kind)), schema: kind.schema }))
}
