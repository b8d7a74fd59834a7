import type { ContainerStatus, Job, Pod, PodFailurePolicyRule } from '@periplus/kinds'

/** What a job's `podFailurePolicy` makes of a failed pod. */
export interface FailureVerdict {
  /** Whether the failure counts towards the job's limits. */
  readonly counts: boolean
  /** Whether no other pod is to try the pod's index. */
  readonly failsIndex: boolean
  /** Why the whole job has failed, where it has. */
  readonly failsJob?: string
}

const counted: FailureVerdict = { counts: true, failsIndex: false }

type ExitCodes = NonNullable<PodFailurePolicyRule['onExitCodes']>

const exitMatches =
  ({ containerName, operator, values }: ExitCodes) =>
  ({ name, state }: ContainerStatus): boolean => {
    const code = state?.terminated?.exitCode
    if (code === undefined || code === 0 || (containerName !== undefined && containerName !== name)) return false
    return operator === 'In' ? values.includes(code) : operator === 'NotIn' && !values.includes(code)
  }

/** Why a rule applies to the pod, without its end; `undefined` where it doesn't. */
const matchOf = ({ onExitCodes, onPodConditions }: PodFailurePolicyRule, pod: Pod): string | undefined => {
  const { namespace, name } = pod.metadata ?? {}
  if (onExitCodes) {
    const { containerStatuses = [], initContainerStatuses = [] } = pod.status ?? {}
    const found = [...containerStatuses, ...initContainerStatuses].find(exitMatches(onExitCodes))
    return found
      ? `Container ${found.name} for pod ${namespace}/${name} failed with exit code ${found.state?.terminated?.exitCode}`
      : undefined
  }
  const condition = pod.status?.conditions?.find(({ type, status }) =>
    onPodConditions?.some(pattern => pattern.type === type && (pattern.status ?? 'True') === status),
  )
  return condition && `Pod ${namespace}/${name} has condition ${condition.type}`
}

/** The first rule that applies to a failed pod decides; a failure without one counts. */
export const failureVerdict = ({ spec }: Job, pod: Pod): FailureVerdict => {
  for (const [i, rule] of (spec?.podFailurePolicy?.rules ?? []).entries()) {
    const match = matchOf(rule, pod)
    if (match === undefined) continue
    if (rule.action === 'Ignore') return { counts: false, failsIndex: false }
    if (rule.action === 'FailIndex') return { counts: true, failsIndex: true }
    if (rule.action === 'FailJob') return { ...counted, failsJob: `${match} matching FailJob rule at index ${i}` }
    if (rule.action === 'Count') return counted
  }
  return counted
}
