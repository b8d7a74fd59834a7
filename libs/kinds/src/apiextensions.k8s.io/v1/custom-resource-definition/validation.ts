import type { Steps } from '@periplus/prelude'
import { fieldError, isDns1035Label, isDns1123Subdomain } from '@periplus/api'
import type { FieldError } from '@periplus/api'
import { each, immutable, presentAnd, requiredOneOf, unique } from '../../../validation/values.ts'
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from './schema.ts'
import { conversionErrors } from './conversion-validation.ts'
import { versionErrors } from './version-validation.ts'

const { invalid, required } = fieldError

const nameErrors = (path: string, names: CustomResourceDefinitionNames): readonly FieldError[] => [
  ...presentAnd(`${path}.plural`, names.plural, isDns1035Label),
  ...presentAnd(`${path}.singular`, names.singular, isDns1035Label),
  ...presentAnd(`${path}.kind`, names.kind, kind => isDns1035Label(kind.toLowerCase())),
  ...presentAnd(`${path}.listKind`, names.listKind, kind => isDns1035Label(kind.toLowerCase())),
  ...(names.kind !== '' && names.kind === names.listKind
    ? [invalid(`${path}.listKind`, names.listKind, 'kind and listKind may not be the same')]
    : []),
  ...each(`${path}.shortNames`, names.shortNames, (name, at) =>
    isDns1035Label(name).map(one => invalid(at, name, one)),
  ),
  ...each(`${path}.categories`, names.categories, (name, at) =>
    isDns1035Label(name).map(complaint => invalid(at, name, complaint)),
  ),
]

const approval = 'api-approved.kubernetes.io'

/** Groups of Kubernetes' own are not for everybody. */
const protectedErrors = (group: string, annotations: Readonly<Record<string, string>> = {}): readonly FieldError[] =>
  /(^|\.)(k8s|kubernetes)\.io$/.test(group) && !annotations[approval]
    ? [
        required(
          `metadata.annotations[${approval}]`,
          `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`,
        ),
      ]
    : []

/** What is wrong with a definition. In steps: schemas are long. */
export function* definitionErrors({ metadata, spec }: CustomResourceDefinition): Steps<readonly FieldError[]> {
  const { group, names, scope, versions } = spec
  const ofVersions: FieldError[] = []
  for (const [i, version] of versions.entries())
    ofVersions.push(...(yield* versionErrors(version, `spec.versions[${i}]`)))
  const expected = `${names.plural}.${group}`
  const stored = versions.filter(({ storage }) => storage).length
  return [
    ...(metadata?.name === expected
      ? []
      : [invalid('metadata.name', metadata?.name ?? '', 'must be spec.names.plural+"."+spec.group')]),
    ...presentAnd('spec.group', group, isDns1123Subdomain),
    ...(group !== '' && !group.includes('.')
      ? [invalid('spec.group', group, 'should be a domain with at least one dot')]
      : []),
    ...requiredOneOf('spec.scope', scope, ['Cluster', 'Namespaced']),
    ...(spec.preserveUnknownFields
      ? [
          invalid(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...protectedErrors(group, metadata?.annotations),
    ...ofVersions,
    ...each('spec.versions', versions, ({ name, schema, served, storage }, at) => [
      ...isDns1035Label(name).map(complaint => invalid(`${at}.name`, name, complaint)),
      ...((served || storage) && schema?.openAPIV3Schema === undefined
        ? [required(`${at}.schema.openAPIV3Schema`, 'schemas are required')]
        : []),
    ]),
    ...unique('spec.versions', versions, ({ name }) => name, 'name'),
    ...(stored === 1
      ? []
      : [invalid('spec.versions', versions, 'must have exactly one version marked as storage version')]),
    ...nameErrors('spec.names', names),
    ...conversionErrors(spec.conversion),
  ]
}

/** Objects exist under these names: once established, they stay. */
export const definitionUpdateErrors = (
  { spec }: CustomResourceDefinition,
  { spec: before, status }: CustomResourceDefinition,
): readonly FieldError[] => {
  const established = status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True')
  return [
    ...immutable('spec.group', spec.group, before.group),
    ...immutable('spec.names.plural', spec.names.plural, before.names.plural),
    ...(established
      ? [
          ...immutable('spec.scope', spec.scope, before.scope),
          ...immutable('spec.names.kind', spec.names.kind, before.names.kind),
        ]
      : []),
    ...(status?.storedVersions ?? [])
      .filter(version => !spec.versions.some(({ name }) => name === version))
      .map((version, i) =>
        invalid(
          `status.storedVersions[${i}]`,
          version,
          `missing from spec.versions; ${version} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${version} and removes ${version} from status.storedVersions`,
        ),
      ),
  ]
}
