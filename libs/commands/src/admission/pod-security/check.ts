import type { ObjectMeta } from '@periplus/api'
import type { Container, PodSpec } from '@periplus/kinds'
import type { Level, PolicyVersion } from './policy.ts'

/** What a check looks at: a pod, or a template of pods. */
export interface PodLike {
  readonly metadata?: ObjectMeta
  readonly spec: PodSpec
}

/** A broken rule: `reason` names it, `detail` says who broke it and how. */
export interface Violation {
  readonly reason: string
  readonly detail: string
}

export type PodRule = (pod: PodLike) => Violation | undefined

/** One rule of the Pod Security Standards and how it changed from version to version. */
export interface PodCheck {
  /** Rules are told in the order of their ids, those of the baseline first. */
  readonly id: string
  readonly level: Exclude<Level, 'privileged'>
  /** The rule from a version on; the newest that is not newer than the policy's applies. */
  readonly rules: readonly (readonly [since: PolicyVersion, rule: PodRule])[]
  /** The baseline check that this one, where it applies, replaces. */
  readonly instead?: string
}

export const containersOf = ({ spec }: PodLike): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...(spec.ephemeralContainers ?? []),
]

/** `container "a"`, or `containers "a", "b"`. */
export const named = (what: string, names: readonly string[]): string =>
  `${plural(what, names.length)} ${quoted(names)}`

export const plural = (what: string, count: number): string => (count === 1 ? what : `${what}s`)

export const quoted = (values: readonly string[]): string => values.map(value => `"${value}"`).join(', ')

/** Without repetition, in the order of their bytes. */
export const distinct = (values: readonly string[]): readonly string[] => [...new Set(values)].sort()

/** Those of the containers that break a rule, each with what it breaks it by. */
export const offenders = (
  pod: PodLike,
  bad: (container: Container) => readonly string[],
): { readonly names: readonly string[]; readonly values: readonly string[] } => {
  const found = containersOf(pod)
    .map(container => ({ name: container.name, values: bad(container) }))
    .filter(({ values }) => values.length > 0)
  return { names: found.map(({ name }) => name), values: found.flatMap(({ values }) => values) }
}

/** Who set something: `pod and containers "a", "b"`; empty when nobody did. */
export const setters = (byPod: boolean, containers: readonly string[]): string =>
  [...(byPod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', containers)] : [])].join(' and ')
