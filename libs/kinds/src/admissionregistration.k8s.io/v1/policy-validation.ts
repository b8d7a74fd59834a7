import {
  fieldError,
  isDns1035Label,
  isDns1123Subdomain,
  isPathSegment,
  isQualifiedName,
  labelSelectorErrors,
  parseGroupVersion,
} from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, obeys, oneOf, present, presentAnd, requiredOneOf, unique } from '../../validation/values.ts'
import type { MatchCondition, MatchResources, NamedRuleWithOperations } from './match.ts'
import type { ParamKind, ParamRef } from './params.ts'
import { ruleErrors } from './rule-validation.ts'

const { child, duplicate, forbidden, invalid, required, tooMany } = fieldError

const mostConditions = 64

const namedRuleErrors = (rule: NamedRuleWithOperations, at: FieldPath): readonly FieldError[] => [
  ...each(child(at, 'resourceNames'), rule.resourceNames, (name, path) => obeys(path, name, isPathSegment)),
  ...unique(child(at, 'resourceNames'), rule.resourceNames, name => name),
  ...ruleErrors(rule, at),
]

/** What is wrong with which requests a policy or a binding asks for. */
export const matchResourcesErrors = (match: MatchResources, at: FieldPath): readonly FieldError[] => [
  ...requiredOneOf(child(at, 'matchPolicy'), match.matchPolicy, ['Equivalent', 'Exact']),
  ...labelSelectorErrors(match.namespaceSelector, child(at, 'namespaceSelector')),
  ...labelSelectorErrors(match.objectSelector, child(at, 'objectSelector')),
  ...each(child(at, 'resourceRules'), match.resourceRules, namedRuleErrors),
  ...each(child(at, 'excludeResourceRules'), match.excludeResourceRules, namedRuleErrors),
]

/** The same of a policy, which must ask for something. */
export const matchConstraintsErrors = (match: MatchResources | undefined, at: FieldPath): readonly FieldError[] => {
  if (!match) return [required(at)]
  const rules = match.resourceRules ?? []
  return [...matchResourcesErrors(match, at), ...(rules.length === 0 ? [required(child(at, 'resourceRules'))] : [])]
}

/** What is wrong with the names of conditions. */
export const conditionNameErrors = (
  conditions: readonly MatchCondition[] | undefined,
  path: FieldPath,
): readonly FieldError[] => [
  ...(conditions && conditions.length > mostConditions ? [tooMany(path, conditions.length, mostConditions)] : []),
  ...each(path, conditions, ({ name, expression }, at, i) => [
    ...present(child(at, 'expression'), expression.trim()),
    ...presentAnd(child(at, 'name'), name, isQualifiedName),
    ...(name !== '' && (conditions ?? []).findIndex(one => one.name === name) < i
      ? [duplicate(child(at, 'name'), name)]
      : []),
  ]),
]

export const failurePolicyErrors = (policy: string | undefined, at: FieldPath): readonly FieldError[] =>
  oneOf(at, policy, ['Fail', 'Ignore'])

export const paramKindErrors = ({ apiVersion = '', kind = '' }: ParamKind, at: FieldPath): readonly FieldError[] => {
  const parsed = parseGroupVersion(apiVersion)
  const versionAt = child(at, 'apiVersion')
  return [
    ...(apiVersion === ''
      ? [required(versionAt)]
      : !parsed
        ? [invalid(versionAt, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
        : [
            ...(parsed.group === '' ? [] : obeys(versionAt, parsed.group, isDns1123Subdomain)),
            ...obeys(versionAt, parsed.version, isDns1035Label),
          ]),
    ...(kind === ''
      ? [required(child(at, 'kind'))]
      : isDns1035Label(kind.toLowerCase()).map(complaint =>
          invalid(child(at, 'kind'), kind, `may have mixed case, but should otherwise match: ${complaint}`),
        )),
  ]
}

const exclusive = 'name and selector are mutually exclusive'

const paramRefErrors = (ref: ParamRef | undefined, at: FieldPath): readonly FieldError[] => {
  if (!ref) return []
  const { name, selector, parameterNotFoundAction } = ref
  return [
    ...obeys(child(at, 'name'), name, isPathSegment),
    ...(name && selector ? [forbidden(child(at, 'name'), exclusive)] : []),
    ...(selector ? labelSelectorErrors(selector, child(at, 'selector')) : []),
    ...(name && selector ? [forbidden(child(at, 'selector'), exclusive)] : []),
    ...(!name && !selector ? [required(at, 'one of name or selector must be specified')] : []),
    ...requiredOneOf(child(at, 'parameterNotFoundAction'), parameterNotFoundAction, ['Deny', 'Allow']),
  ]
}

interface BindingSpec {
  readonly policyName?: string
  readonly paramRef?: ParamRef
  readonly matchResources?: MatchResources
}

/** What validating and mutating bindings have in common. */
export const bindingErrors = ({ policyName, paramRef, matchResources }: BindingSpec): readonly FieldError[] => [
  ...presentAnd('spec.policyName', policyName, isDns1123Subdomain),
  ...paramRefErrors(paramRef, 'spec.paramRef'),
  ...(matchResources ? matchResourcesErrors(matchResources, 'spec.matchResources') : []),
]

const actions = ['Audit', 'Deny', 'Warn']

/** What a validating binding does with what its policy says. */
export const actionErrors = (given: readonly string[], at: FieldPath): readonly FieldError[] => [
  ...(given.length === 0 ? [required(at, 'at least one validation action is required')] : []),
  ...each(at, given, (action, path) => oneOf(path, action, actions)),
  ...unique(at, given, action => action),
  ...(given.includes('Deny') && given.includes('Warn')
    ? [
        invalid(
          at,
          given,
          'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
        ),
      ]
    : []),
]
