import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each } from '../../validation/values.ts'
import type { PolicyRule } from './policy-rule.ts'

const { invalid, required } = fieldError

const some = (list: readonly string[] | undefined): boolean => (list?.length ?? 0) > 0

/** Paths outside the API are for the whole cluster; rules in a namespace may not name them. */
export const policyRuleErrors = (
  path: FieldPath,
  rules: readonly PolicyRule[] | undefined,
  namespaced: boolean,
): readonly FieldError[] =>
  each(path, rules, (rule, at) => {
    const missing = some(rule.verbs) ? [] : [required(`${at}.verbs`, 'verbs must contain at least one value')]
    if (some(rule.nonResourceURLs)) {
      const wrong = (why: string): FieldError => invalid(`${at}.nonResourceURLs`, rule.nonResourceURLs, why)
      const both = some(rule.apiGroups) || some(rule.resources) || some(rule.resourceNames)
      return [
        ...missing,
        ...(namespaced ? [wrong('namespaced rules cannot apply to non-resource URLs')] : []),
        ...(both ? [wrong('rules cannot apply to both regular resources and non-resource URLs')] : []),
      ]
    }
    return [
      ...missing,
      ...(some(rule.apiGroups)
        ? []
        : [required(`${at}.apiGroups`, 'resource rules must supply at least one api group')]),
      ...(some(rule.resources)
        ? []
        : [required(`${at}.resources`, 'resource rules must supply at least one resource')]),
    ]
  })
