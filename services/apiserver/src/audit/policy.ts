import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { ObjectMeta, fieldError, isDns1123Subdomain, schema } from '@periplus/api'
import type { FieldError, TypeOf } from '@periplus/api'
import { readConfiguration } from '../configuration/read-configuration.ts'

const { boolean, list, optional, required, string, struct } = schema
const pkg = 'io.k8s.apiserver.pkg.apis.audit.v1'

/** How much of a request is told, the least first. */
export const levels = ['None', 'Metadata', 'Request', 'RequestResponse'] as const
export type Level = (typeof levels)[number]

/** Moments of a request at which it may be told. */
export const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete', 'Panic'] as const
export type AuditStage = (typeof stages)[number]

const GroupResources = struct(`${pkg}.GroupResources`, {
  group: optional(1, string),
  resources: optional(2, list(string)),
  resourceNames: optional(3, list(string)),
})
type GroupResources = TypeOf<typeof GroupResources>

const PolicyRule = struct(`${pkg}.PolicyRule`, {
  level: required(1, string),
  users: optional(2, list(string)),
  userGroups: optional(3, list(string)),
  verbs: optional(4, list(string)),
  resources: optional(5, list(GroupResources)),
  namespaces: optional(6, list(string)),
  nonResourceURLs: optional(7, list(string)),
  omitStages: optional(8, list(string)),
  omitManagedFields: optional(9, boolean),
})
/** Whom and what a rule is about, and how much of it is told; what it leaves out it does not ask. */
export type PolicyRule = TypeOf<typeof PolicyRule>

const PolicySchema = struct(`${pkg}.Policy`, {
  apiVersion: optional(undefined, string),
  kind: optional(undefined, string),
  metadata: optional(1, ObjectMeta),
  rules: required(2, list(PolicyRule)),
  omitStages: optional(3, list(string)),
  omitManagedFields: optional(4, boolean),
})
/** What is told of requests: the first rule that matches one says how much. */
export type AuditPolicy = TypeOf<typeof PolicySchema>

const policyKind = { group: 'audit.k8s.io', version: 'v1', kind: 'Policy', schema: PolicySchema } as const

/** The policy that a file holds, or what is wrong with it: a line for each fault. */
export const readAuditPolicy = (text: string): Either<readonly string[], AuditPolicy> => {
  const read = readConfiguration(policyKind, text)
  if (E.isLeft(read)) return E.left([read.left])
  const policy = read.right
  if (policy.rules.length === 0) return E.left(['loaded illegal policy with 0 rules'])
  const errors = [
    ...omitErrors(policy.omitStages, 'omitStages'),
    ...policy.rules.flatMap((rule, i) => ruleErrors(rule, `rules[${i}]`)),
  ]
  return errors.length === 0 ? E.right(policy) : E.left(errors.map(fieldError.line))
}

const ruleErrors = (rule: PolicyRule, path: string): readonly FieldError[] => {
  const { level, nonResourceURLs = [], resources = [], namespaces = [], omitStages } = rule
  return [
    ...levelErrors(level, `${path}.level`),
    ...nonResourceURLs.flatMap((url, i) => urlErrors(url, `${path}.nonResourceURLs[${i}]`)),
    // Kubernetes names the list alone.
    ...resources.flatMap(one => resourceErrors(one, `${path}.resources`)),
    ...omitErrors(omitStages, `${path}.omitStages`),
    ...(nonResourceURLs.length > 0 && resources.length + namespaces.length > 0
      ? [
          fieldError.invalid(
            `${path}.nonResourceURLs`,
            nonResourceURLs,
            'rules cannot apply to both regular resources and non-resource URLs',
          ),
        ]
      : []),
  ]
}

const isOneOf = (words: readonly string[], word: string): boolean => words.includes(word)

const levelErrors = (level: string, path: string): readonly FieldError[] => {
  if (level === '') return [fieldError.required(path)]
  return isOneOf(levels, level) ? [] : [fieldError.notSupported(path, level, levels)]
}

const omitErrors = (omitted: readonly string[] = [], path: string): readonly FieldError[] =>
  omitted.flatMap((stage, i) =>
    isOneOf(stages, stage)
      ? []
      : [fieldError.invalid(`${path}[${i}]`, stage, `allowed stages are ${stages.join(',')}`)],
  )

const urlErrors = (url: string, path: string): readonly FieldError[] => {
  if (url === '*') return []
  return [
    ...(url.startsWith('/')
      ? []
      : [fieldError.invalid(path, url, "non-resource URL rules must begin with a '/' character")]),
    ...(url.slice(0, -1).includes('*')
      ? [fieldError.invalid(path, url, "non-resource URL wildcards '*' must be the final character of the rule")]
      : []),
  ]
}

const groupErrors = (group: string, path: string): readonly FieldError[] => {
  const faults = group === '' ? [] : isDns1123Subdomain(group)
  return faults.length === 0 ? [] : [fieldError.invalid(path, group, faults.join(','))]
}

const resourceErrors = ({ group = '', resources = [], resourceNames = [] }: GroupResources, path: string) => [
  ...groupErrors(group, `${path}.group`),
  ...(resourceNames.length > 0 && resources.length === 0
    ? [fieldError.invalid(`${path}.resourceNames`, resourceNames, 'using resourceNames requires at least one resource')]
    : []),
]
