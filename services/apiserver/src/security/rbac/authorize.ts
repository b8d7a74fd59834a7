import { E } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { PolicyRule } from '@periplus/kinds'
import type { Attributes, Authorize, RulesForUser, RulesFor, User } from '../../ports.ts'
import { grantText } from './grants.ts'
import type { Grants } from './grants.ts'
import { ruleAllows } from './rule.ts'

/** Whoever is in this group may do everything, whatever the roles say: the way back in when they are wrong. */
export const masters = 'system:masters'

/** An authorizer besides RBAC: `true` allows, `undefined` has no opinion. */
export type Opinion = (user: User, asked: Attributes) => true | undefined

/** RBAC as Kubernetes has it, after whatever the other authorizers allow. */
export const authorizer =
  (grants: () => Grants, others: readonly Opinion[] = []): Authorize =>
  (user, asked) => {
    if (user.groups.includes(masters)) return E.right('')
    if (others.some(opinion => opinion(user, asked))) return E.right('')
    const { allowed, why } = granted(grants(), user, asked)
    return allowed ? E.right(why) : E.left(forbidden(user, asked, why))
  }

/** Whether rules allow it, and which; or which of them are not there. */
export const granted = (
  grants: Grants,
  user: User,
  asked: Attributes,
): { readonly allowed: boolean; readonly why: string } => {
  const missing = new Set<string>()
  for (const grant of grants.of(user, asked.tag === 'Resource' ? asked.namespace : '')) {
    if (grant.missing) missing.add(grant.missing)
    if (grant.rules.some(rule => ruleAllows(rule, asked)))
      return { allowed: true, why: `RBAC: allowed by ${grantText(grant)}` }
  }
  return { allowed: false, why: reason([...missing]) }
}

/** The refusal, and why where there is more to say than that nobody allows it. */
export const forbidden = (user: User, asked: Attributes, why: string): Refusal => ({
  tag: 'Forbidden',
  target:
    asked.tag === 'Resource'
      ? { group: asked.group, resource: asked.resource, name: asked.name }
      : { group: '', resource: '', name: '' },
  message: forbiddenText(user, asked) + (why === '' ? '' : `: ${why}`),
})

const forbiddenText = (user: User, asked: Attributes): string => {
  const who = `User ${JSON.stringify(user.name)} cannot ${asked.verb}`
  if (asked.tag === 'NonResource') return `${who} path ${JSON.stringify(asked.path)}`
  const what = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`
  const where = asked.namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(asked.namespace)}`
  return `${who} resource ${JSON.stringify(what)} in API group ${JSON.stringify(asked.group)} ${where}`
}

const reason = (missing: readonly string[]): string => {
  if (missing.length === 0) return ''
  return `RBAC: ${missing.length === 1 ? missing.join() : `[${missing.join(', ')}]`}`
}

const everything: readonly PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]

const allowsEverything = ({ verbs, apiGroups, resources }: PolicyRule): boolean =>
  [verbs, apiGroups, resources].every(list => list?.includes('*'))

/** What `kubectl auth can-i --list` shows. */
export const rulesLister =
  (grants: () => Grants): RulesFor =>
  (user, namespace) => {
    const granted = grants()
      .of(user, namespace)
      .flatMap(grant => grant.rules)
    // Whether or not somebody has taken their binding away.
    const unbound = user.groups.includes(masters) && !granted.some(allowsEverything)
    const rules = unbound ? [...everything, ...granted] : granted
    const resourceRules: RulesForUser['resourceRules'][number][] = []
    const nonResourceRules: RulesForUser['nonResourceRules'][number][] = []
    for (const { verbs, apiGroups = [], resources = [], resourceNames, nonResourceURLs = [] } of rules) {
      if (resources.length > 0)
        resourceRules.push({ verbs, apiGroups, resources, ...(resourceNames?.length ? { resourceNames } : {}) })
      if (nonResourceURLs.length > 0) nonResourceRules.push({ verbs, nonResourceURLs })
    }
    return { resourceRules, nonResourceRules }
  }
