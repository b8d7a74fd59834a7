import { baselineChecks } from './checks/baseline.ts'
import { restrictedChecks } from './checks/restricted.ts'
import type { PodCheck, PodLike, PodRule, Violation } from './check.ts'
import type { LevelVersion, PolicyVersion } from './policy.ts'

/** The rules of the standards that a pod breaks at a level and version, in the order in which Kubernetes tells them. */
export const violations = (pod: PodLike, policy: LevelVersion): readonly Violation[] =>
  rulesOf(policy).flatMap(rule => rule(pod) ?? [])

/** `host namespaces (hostNetwork=true), privileged (...)`. */
export const inDetail = (broken: readonly Violation[]): string =>
  broken.map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`)).join(', ')

/** `host namespaces, privileged`. */
export const inShort = (broken: readonly Violation[]): string => broken.map(({ reason }) => reason).join(', ')

const rulesOf = ({ level, version }: LevelVersion): readonly PodRule[] => {
  if (level === 'privileged') return []
  const restricted = level === 'restricted' ? restrictedChecks.filter(check => ruleAt(check, version)) : []
  const replaced = new Set(restricted.map(({ instead }) => instead))
  const baseline = baselineChecks.filter(({ id }) => !replaced.has(id))
  return [...baseline, ...restricted].flatMap(check => ruleAt(check, version) ?? [])
}

const ruleAt = ({ rules }: PodCheck, version: PolicyVersion): PodRule | undefined =>
  rules.findLast(([since]) => since <= version)?.[1]
