import { isNamespaceKind } from '../candidate/is-namespace.ts'
import type { AdmissionRequest } from './request.ts'

/** Which requests somebody asks for: `RuleWithOperations` of `admissionregistration.k8s.io`. */
export interface AdmissionRule {
  readonly operations?: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly apiVersions?: readonly string[]
  /** `pods`, `pods/status`, `pods/*`, `*` or `*` and a subresource. */
  readonly resources?: readonly string[]
  readonly scope?: string
}

/** What a rule goes by; the version may be another that the request's resource has. */
export type RuleSubject = Pick<AdmissionRequest, 'operation' | 'subresource' | 'namespace'> & {
  readonly group: string
  readonly version: string
  readonly resource: string
}

const has = (names: readonly string[] | undefined, asked: string): boolean =>
  names?.some(name => name === '*' || name === asked) ?? false

const ofResource = (rule: string, { resource, subresource }: RuleSubject): boolean => {
  const slash = rule.indexOf('/')
  const [name, part] = slash < 0 ? [rule, ''] : [rule.slice(0, slash), rule.slice(slash + 1)]
  return (name === '*' || name === resource) && (part === '*' || part === subresource)
}

/** Namespaces themselves are the cluster's. */
const ofScope = (scope: string | undefined, subject: RuleSubject): boolean => {
  const isClusters = subject.namespace === '' || isNamespaceKind(subject)
  if (scope === undefined || scope === '*') return true
  return scope === 'Cluster' ? isClusters : scope === 'Namespaced' && !isClusters
}

/** Whether a rule asks for a request. */
export const ruleMatches = (rule: AdmissionRule, subject: RuleSubject): boolean =>
  has(rule.operations, subject.operation) &&
  has(rule.apiGroups, subject.group) &&
  has(rule.apiVersions, subject.version) &&
  ofScope(rule.scope, subject) &&
  (rule.resources ?? []).some(resource => ofResource(resource, subject))
