import type { Attributes, User } from '../ports.ts'
import { levels } from './policy.ts'
import type { AuditPolicy, AuditStage, Level, PolicyRule } from './policy.ts'

/** How much of a request is told, and when not. */
export interface Judgement {
  readonly level: Exclude<Level, 'None'>
  readonly omitStages: ReadonlySet<AuditStage>
  readonly omitManagedFields: boolean
}

/** What a policy says of requests; `undefined`: nothing is told of this one. */
export type Judge = (user: User, asked: Attributes) => Judgement | undefined

/** Resources of which no more than the metadata is ever told, whatever a policy says. */
export type IsConfidential = (asked: Attributes) => boolean

type AskedResource = Extract<Attributes, { tag: 'Resource' }>

/** The first rule that matches decides, as in Kubernetes; where none does, nothing is told. */
export const judgeBy = (policy: AuditPolicy, isConfidential: IsConfidential): Judge => {
  const rules = policy.rules.map(rule => ({ rule, judgement: judgementOf(policy, rule) }))
  return (user, asked) => {
    const found = rules.find(({ rule }) => matches(rule, user, asked))?.judgement
    return found && isConfidential(asked) ? { ...found, level: 'Metadata' } : found
  }
}

const judgementOf = (policy: AuditPolicy, rule: PolicyRule): Judgement | undefined => {
  const level = levels.find(known => known === rule.level) ?? 'None'
  if (level === 'None') return undefined
  return {
    level,
    omitStages: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])] as readonly AuditStage[]),
    omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields ?? false,
  }
}

const asks = (list: readonly string[] | undefined): list is readonly string[] => list !== undefined && list.length > 0

const matches = (rule: PolicyRule, user: User, asked: Attributes): boolean => {
  const { users, userGroups, verbs, namespaces, resources, nonResourceURLs } = rule
  if (asks(users) && !users.includes(user.name)) return false
  if (asks(userGroups) && !user.groups.some(group => userGroups.includes(group))) return false
  if (asks(verbs) && !verbs.includes(asked.verb)) return false
  if (asks(namespaces) || resources?.length) return asked.tag === 'Resource' && matchesResource(rule, asked)
  if (asks(nonResourceURLs))
    return asked.tag === 'NonResource' && nonResourceURLs.some(url => matchesPath(url, asked.path))
  return true
}

/** What is in no namespace is in that of no name. */
const matchesResource = ({ namespaces, resources = [] }: PolicyRule, asked: AskedResource): boolean => {
  if (asks(namespaces) && !namespaces.includes(asked.namespace)) return false
  if (resources.length === 0) return true
  return resources.some(({ group = '', resources: names = [], resourceNames }) => {
    if (group !== asked.group) return false
    if (names.length === 0) return true
    return (!asks(resourceNames) || resourceNames.includes(asked.name)) && names.some(name => namesIt(name, asked))
  })
}

/** `pods`, `pods/log`, `*`, `pods/*`, or a subresource of whatever resource after a star. */
const namesIt = (name: string, { resource, subresource }: AskedResource): boolean => {
  if (name === '*' || name === (subresource === '' ? resource : `${resource}/${subresource}`)) return true
  return name === `${resource}/*` || (subresource !== '' && name === `*/${subresource}`)
}

const matchesPath = (pattern: string, path: string): boolean =>
  pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))
