import { fieldError } from '@periplus/api'
import type { FieldError, FieldPath } from '@periplus/api'
import { each, oneOf } from '../../validation/values.ts'
import type { RuleWithOperations } from './match.ts'

const { child, index, invalid, notSupported, required } = fieldError

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE']

/** At least one, none of them empty where `named`, and nothing beside `*`. */
const listErrors = (
  path: FieldPath,
  values: readonly string[],
  what: string,
  named: boolean,
): readonly FieldError[] => [
  ...(values.length === 0 ? [required(path)] : []),
  ...(values.length > 1 && values.includes('*')
    ? [invalid(path, values, `if '*' is present, must not specify other ${what}`)]
    : []),
  ...(named ? each(path, values, (value, at) => (value === '' ? [required(at)] : [])) : []),
]

/** Resources and subresources that are there twice: by themselves, and among all of their kind. */
const coveredErrors = (path: FieldPath, resources: readonly string[]): readonly FieldError[] => {
  const [ofResource, ofPart] = [new Set<string>(), new Set<string>()]
  return resources.flatMap((text, i) => {
    const at = index(path, i)
    if (text === '') return [required(at)]
    const slash = text.indexOf('/')
    if (slash < 0) return []
    const [resource, part] = [text.slice(0, slash), text.slice(slash + 1)]
    const errors = [
      ...(ofResource.has(resource)
        ? [invalid(at, text, `if '${resource}/*' is present, must not specify ${text}`)]
        : []),
      ...(ofPart.has(part) ? [invalid(at, text, `if '*/${part}' is present, must not specify ${text}`)] : []),
    ]
    if (part === '*') ofResource.add(resource)
    if (resource === '*') ofPart.add(part)
    return errors
  })
}

const resourceErrors = (path: FieldPath, resources: readonly string[]): readonly FieldError[] => [
  ...(resources.length === 0 ? [required(path)] : []),
  ...coveredErrors(path, resources),
  ...(resources.length > 1 && resources.includes('*/*')
    ? [invalid(path, resources, "if '*/*' is present, must not specify other resources")]
    : []),
  ...(resources.includes('*') && resources.some(one => one !== '*' && one !== '' && !one.includes('/'))
    ? [invalid(path, resources, "if '*' is present, must not specify other resources without subresources")]
    : []),
]

/** What is wrong with a rule that says which requests a webhook is asked about. */
export const ruleErrors = (rule: RuleWithOperations, at: FieldPath): readonly FieldError[] => [
  ...listErrors(child(at, 'operations'), rule.operations ?? [], 'operations', false),
  ...each(child(at, 'operations'), rule.operations, (operation, path) =>
    operations.includes(operation) ? [] : [notSupported(path, operation, operations)],
  ),
  ...listErrors(child(at, 'apiGroups'), rule.apiGroups ?? [], 'API groups', false),
  ...listErrors(child(at, 'apiVersions'), rule.apiVersions ?? [], 'API versions', true),
  ...resourceErrors(child(at, 'resources'), rule.resources ?? []),
  ...oneOf(child(at, 'scope'), rule.scope, ['*', 'Cluster', 'Namespaced']),
]
