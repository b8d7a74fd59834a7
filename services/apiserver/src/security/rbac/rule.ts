import type { PolicyRule } from '@periplus/kinds'
import type { Attributes } from '../../ports.ts'

type ResourceAttributes = Extract<Attributes, { tag: 'Resource' }>

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(value))

/** Whether one rule allows what is asked, as RBAC reads rules. */
export const ruleAllows = (rule: PolicyRule, asked: Attributes): boolean => {
  if (!has(rule.verbs, asked.verb)) return false
  return asked.tag === 'Resource'
    ? has(rule.apiGroups, asked.group) && resourceMatches(rule, asked) && nameMatches(rule, asked.name)
    : (rule.nonResourceURLs ?? []).some(pattern => pathMatches(pattern, asked.path))
}

const resourceMatches = ({ resources = [] }: PolicyRule, { resource, subresource }: ResourceAttributes): boolean => {
  const whole = subresource === '' ? resource : `${resource}/${subresource}`
  return resources.some(
    pattern => pattern === '*' || pattern === whole || (subresource !== '' && pattern === `*/${subresource}`),
  )
}

/** A rule without names is for all of them; one with names is never for a collection. */
const nameMatches = ({ resourceNames = [] }: PolicyRule, name: string): boolean =>
  resourceNames.length === 0 || resourceNames.includes(name)

/** `*` at the end stands for the rest of the path. */
const pathMatches = (pattern: string, path: string): boolean =>
  pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))
