import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from './schema.ts'
import { amountErrors, isQuotaResource, quotaResourceErrors } from '../validation/resource-names.ts'

const { invalid, required, tooMany } = fieldError

type Amounts = Readonly<Record<string, string>>

const computeOfPods = new Set([
  'pods',
  'cpu',
  'memory',
  'limits.cpu',
  'limits.memory',
  'requests.cpu',
  'requests.memory',
])

/** The resources of which a scope can tell some from others. */
const scopeResources: Readonly<Record<string, ReadonlySet<string>>> = {
  BestEffort: new Set(['pods']),
  CrossNamespacePodAffinity: computeOfPods,
  NotBestEffort: computeOfPods,
  NotTerminating: computeOfPods,
  PriorityClass: computeOfPods,
  Terminating: computeOfPods,
  VolumeAttributesClass: new Set(['persistentvolumeclaims', 'requests.storage']),
}

const isScope = (scope: string): boolean => Object.hasOwn(scopeResources, scope)

/** Of a scope that is named again nothing more is said: both lists may be long. */
const unfitFor = (hard: Amounts): ((scope: string) => readonly string[]) => {
  const seen = new Set<string>()
  return scope => {
    if (seen.has(scope) || !isScope(scope)) return []
    seen.add(scope)
    return Object.keys(hard).filter(name => isQuotaResource(name) && !scopeResources[scope]?.has(name))
  }
}

const conflicts = (scopes: readonly string[]): number =>
  [
    ['BestEffort', 'NotBestEffort'],
    ['NotTerminating', 'Terminating'],
  ].filter(pair => pair.every(scope => scopes.includes(scope))).length

const conflictErrors = (path: FieldPath, named: readonly string[], shown: readonly string[] | undefined) =>
  Array.from({ length: conflicts(named) }, () => invalid(path, shown, 'conflicting scopes'))

const scopesErrors = (path: FieldPath, { scopes = [], hard = {} }: ResourceQuotaSpec): readonly FieldError[] => {
  const unfit = unfitFor(hard)
  return [
    ...scopes.flatMap(scope => [
      ...(isScope(scope) ? [] : [invalid(path, scopes, 'unsupported scope')]),
      ...unfit(scope).map(() => invalid(path, scopes, 'unsupported scope applied to resource')),
    ]),
    ...conflictErrors(path, scopes, scopes),
  ]
}

const mustExist = new Set(['BestEffort', 'CrossNamespacePodAffinity', 'NotBestEffort', 'NotTerminating', 'Terminating'])

const mustExistText =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"

const valueErrors = (
  path: FieldPath,
  { operator, values = [] }: ScopedResourceSelectorRequirement,
): readonly FieldError[] => {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0
        ? []
        : [
            required(
              `${path}.values`,
              "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
            ),
          ]
    case 'Exists':
    case 'DoesNotExist':
      return values.length === 0
        ? []
        : [
            invalid(
              `${path}.values`,
              values,
              "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector",
            ),
          ]
    default:
      return [invalid(`${path}.operator`, operator, 'not a valid selector operator')]
  }
}

/** Kubernetes tells of all requirements at one place, and shows the selector as Go writes it. */
const selectorErrors = (path: FieldPath, spec: ResourceQuotaSpec): readonly FieldError[] => {
  const { scopeSelector, hard = {} } = spec
  const requirements = scopeSelector?.matchExpressions ?? []
  const unfit = unfitFor(hard)
  const shown = {
    MatchExpressions: requirements.map(({ scopeName, operator, values }) => ({
      ScopeName: scopeName,
      Operator: operator,
      Values: values ?? null,
    })),
  }
  return [
    ...requirements.flatMap(requirement => [
      ...(isScope(requirement.scopeName)
        ? []
        : [invalid(`${path}.scopeName`, requirement.scopeName, 'unsupported scope')]),
      ...unfit(requirement.scopeName).map(() => invalid(path, shown, 'unsupported scope applied to resource')),
      ...(mustExist.has(requirement.scopeName) && requirement.operator !== 'Exists'
        ? [invalid(`${path}.operator`, requirement.operator, mustExistText)]
        : []),
      ...valueErrors(path, requirement),
    ]),
    ...conflictErrors(
      path,
      requirements.map(({ scopeName }) => scopeName),
      spec.scopes ?? [],
    ),
  ]
}

/**
 * Resources that one quota may bound, a number that Kubernetes doesn't have: whatever is made in the namespace is held against each of
 * them.
 */
const mostResources = 1_000

const amountsErrors = (path: FieldPath, amounts: Amounts = {}): readonly FieldError[] => {
  const entries = Object.entries(amounts)
  if (entries.length > mostResources) return [tooMany(path, entries.length, mostResources)]
  return entries.flatMap(([name, text]) => {
    const at = `${path}[${name}]`
    return [...quotaResourceErrors(at, name), ...amountErrors(at, name, text)]
  })
}

/** What is wrong with a quota. */
export const resourceQuotaErrors = ({ spec = {} }: ResourceQuota): readonly FieldError[] => [
  ...amountsErrors('spec.hard', spec.hard),
  ...scopesErrors('spec.scopes', spec),
  ...selectorErrors('spec.scopeSelector.matchExpressions', spec),
]

/** What a quota is about stays; how much it allows may change. */
export const resourceQuotaUpdateErrors = (next: ResourceQuota, previous: ResourceQuota): readonly FieldError[] => {
  const [after, before] = [new Set(next.spec?.scopes), new Set(previous.spec?.scopes)]
  const same = after.size === before.size && [...after].every(scope => before.has(scope))
  return same ? [] : [invalid('spec.scopes', next.spec?.scopes ?? [], 'field is immutable')]
}

/** What is wrong with what is told of a quota's use. */
export const resourceQuotaStatusErrors = ({ status }: ResourceQuota): readonly FieldError[] => [
  ...amountsErrors('status.hard', status?.hard),
  ...amountsErrors('status.used', status?.used),
]
