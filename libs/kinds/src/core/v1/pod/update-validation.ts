import { canonicalJson, deepEqual, fieldError } from '@periplus/api'
import type { FieldError, Int64 } from '@periplus/api'
import { within } from '../../../validation/values.ts'
import type { Container } from '../container.ts'
import type { Toleration } from '../tolerations.ts'
import { changedPaths } from './changed-paths.ts'
import { isGated, narrowingErrors, withPlacementOf } from './gated-validation.ts'
import type { Pod } from './schema.ts'
import type { PodSpec } from './spec.ts'

const { forbidden, invalid } = fieldError

const changeable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',')

/** A pod that exists changes in few ways: its images, an earlier deadline, more tolerations, fewer scheduling gates. */
export const podUpdateErrors = (next: Pod, previous: Pod): readonly FieldError[] => {
  const [after, before] = [next.spec, previous.spec]
  if (!after || !before) return []
  const counts = countErrors(after, before)
  if (counts.length > 0) return counts
  const deadline = deadlineErrors(after.activeDeadlineSeconds, before.activeDeadlineSeconds)
  if (deadline.length > 0 && after.activeDeadlineSeconds !== undefined) return deadline
  return [
    ...deadline,
    ...gateErrors(after, before),
    ...tolerationErrors(after.tolerations ?? [], before.tolerations ?? []),
    ...(isGated(before) ? narrowingErrors(after, before) : []),
    ...otherErrors(after, before),
  ]
}

const countErrors = (after: PodSpec, before: PodSpec): readonly FieldError[] => [
  ...(after.containers.length === before.containers.length
    ? []
    : [forbidden('spec.containers', 'pod updates may not add or remove containers')]),
  ...((after.initContainers?.length ?? 0) === (before.initContainers?.length ?? 0)
    ? []
    : [forbidden('spec.initContainers', 'pod updates may not add or remove containers')]),
]

const deadlineErrors = (after: Int64 | undefined, before: Int64 | undefined): readonly FieldError[] => {
  const field = 'spec.activeDeadlineSeconds'
  if (after === undefined)
    return before === undefined ? [] : [invalid(field, null, 'must not update from a positive integer to nil value')]
  const outside = within(field, after, 0)
  if (outside.length > 0) return outside
  return before !== undefined && before < after
    ? [invalid(field, after, 'must be less than or equal to previous value')]
    : []
}

const gateErrors = (after: PodSpec, before: PodSpec): readonly FieldError[] => {
  const known = new Set((before.schedulingGates ?? []).map(({ name }) => name))
  const last = new Map((after.schedulingGates ?? []).map(({ name }, i) => [name, i] as const))
  return [...last]
    .filter(([name]) => !known.has(name))
    .map(([name, i]) =>
      forbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`),
    )
}

const withoutSeconds = ({ tolerationSeconds: _, ...rest }: Toleration): string => canonicalJson(rest)

/** Taking a toleration away could evict the pod that was promised it. */
const tolerationErrors = (after: readonly Toleration[], before: readonly Toleration[]): readonly FieldError[] => {
  const kept = new Set(after.map(withoutSeconds))
  return before
    .filter(old => !kept.has(withoutSeconds(old)))
    .map(() => forbidden('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'))
}

const otherErrors = (after: PodSpec, before: PodSpec): readonly FieldError[] => {
  const allowed = withAllowedChanges(after, before)
  if (deepEqual(allowed, before)) return []
  const paths = changedPaths('spec', allowed, before).map(path => `  ${path}`)
  return [forbidden('spec', [`pod updates may not change fields other than ${changeable}`, ...paths].join('\n'))]
}

/** The new spec with everything that may change put back to what it was. */
const withAllowedChanges = (after: PodSpec, before: PodSpec): PodSpec => ({
  ...after,
  containers: withImages(after.containers, before.containers),
  ...(after.initContainers && { initContainers: withImages(after.initContainers, before.initContainers ?? []) }),
  activeDeadlineSeconds: before.activeDeadlineSeconds,
  tolerations: before.tolerations,
  schedulingGates: before.schedulingGates,
  ...(isGated(before) && withPlacementOf(before, after)),
  ...((before.terminationGracePeriodSeconds ?? 0) < 0 &&
    after.terminationGracePeriodSeconds === 1 && {
      terminationGracePeriodSeconds: before.terminationGracePeriodSeconds,
    }),
})

const withImages = (after: readonly Container[], before: readonly Container[]): readonly Container[] =>
  after.map((container, i) => ({ ...container, image: before[i]?.image }))
