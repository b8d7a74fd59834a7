import type { PolicyRule } from '@periplus/kinds'
import { pathMatches } from './rule.ts'

/** The rules of `wanted` that `held` doesn't cover, broken down to one verb, group, resource and name each. */
export const uncovered = (held: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] =>
  wanted.flatMap(breakdown).filter(single => !held.some(rule => ruleCovers(rule, single)))

const breakdown = (rule: PolicyRule): readonly PolicyRule[] => {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule
  const names: readonly (readonly string[])[] = resourceNames.length > 0 ? resourceNames.map(name => [name]) : [[]]
  return [
    ...apiGroups.flatMap(group =>
      resources.flatMap(resource =>
        verbs.flatMap(verb =>
          names.map(name => ({
            apiGroups: [group],
            resources: [resource],
            verbs: [verb],
            ...(name.length > 0 ? { resourceNames: name } : {}),
          })),
        ),
      ),
    ),
    ...nonResourceURLs.flatMap(url => verbs.map(verb => ({ nonResourceURLs: [url], verbs: [verb] }))),
  ]
}

const holds = (list: readonly string[] | undefined, values: readonly string[] | undefined): boolean =>
  (list ?? []).includes('*') || (values ?? []).every(value => (list ?? []).includes(value))

/** A rule over all names covers a rule over some; one over some covers no rule over all. */
const namesCovered = (held: readonly string[] = [], wanted: readonly string[] = []): boolean =>
  held.length === 0 || (wanted.length > 0 && wanted.every(name => held.includes(name)))

const ruleCovers = (held: PolicyRule, single: PolicyRule): boolean => {
  if (!holds(held.verbs, single.verbs)) return false
  const [url] = single.nonResourceURLs ?? []
  if (url !== undefined) return (held.nonResourceURLs ?? []).some(pattern => pathMatches(pattern, url))
  return (
    holds(held.apiGroups, single.apiGroups) &&
    resourceCovered(held.resources ?? [], single.resources?.[0] ?? '') &&
    namesCovered(held.resourceNames, single.resourceNames)
  )
}

const resourceCovered = (held: readonly string[], wanted: string): boolean => {
  const [, subresource] = wanted.split('/')
  return held.includes('*') || held.includes(wanted) || (subresource !== undefined && held.includes(`*/${subresource}`))
}

const quoted = (values: readonly string[]): string => `[${values.map(value => JSON.stringify(value)).join(' ')}]`

/** `{APIGroups:[""], Resources:["pods"], Verbs:["get"]}`, as Kubernetes prints what is missing. */
export const ruleText = (rule: PolicyRule): string => {
  const parts = [
    ['APIGroups', rule.apiGroups],
    ['Resources', rule.resources],
    ['NonResourceURLs', rule.nonResourceURLs],
    ['ResourceNames', rule.resourceNames],
    ['Verbs', rule.verbs],
  ] as const
  const shown = parts.flatMap(([name, values]) => (values?.length ? [`${name}:${quoted(values)}`] : []))
  return `{${shown.join(', ')}}`
}

/** Rules that differ in their verbs only, as one: how Kubernetes shows them. */
export const compact = (rules: readonly PolicyRule[]): readonly PolicyRule[] => {
  const merged = new Map<string, PolicyRule>()
  for (const rule of rules) {
    const { verbs, ...rest } = rule
    const key = JSON.stringify(rest)
    const before = merged.get(key)
    merged.set(key, before ? { ...before, verbs: [...new Set([...before.verbs, ...verbs])] } : rule)
  }
  return [...merged.values()]
}
