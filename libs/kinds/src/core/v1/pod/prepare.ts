import { withoutUndefined } from '../../../describe/without-undefined.ts'
import { withLabelKeys } from './label-keys.ts'
import type { Pod } from './schema.ts'
import type { ContainerStatus } from './container-status.ts'
import type { PodSpec } from './spec.ts'
import type { PodCondition } from './status.ts'

/** A pod begins Pending, whatever the client says its status is, and selects the pods that have its own labels' values. */
export const preparePodForCreate = (pod: Pod): Pod => {
  const gated = (pod.spec?.schedulingGates ?? []).length > 0
  return {
    ...pod,
    ...(pod.spec && { spec: withLabelKeys(withoutNegativeGrace(pod.spec), pod.metadata?.labels ?? {}) }),
    status: withoutUndefined({
      phase: 'Pending',
      conditions: gated ? [schedulingGated(pod.metadata?.creationTimestamp)] : undefined,
    }),
  }
}

/** A negative grace was once taken for "at once", and means the least there is. */
const withoutNegativeGrace = (spec: PodSpec): PodSpec =>
  Number(spec.terminationGracePeriodSeconds ?? 0) < 0 ? { ...spec, terminationGracePeriodSeconds: 1 } : spec

const schedulingGated = (since: string | undefined): PodCondition => ({
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
  ...(since !== undefined && { lastTransitionTime: since }),
})

/**
 * A status keeps the class and the generations that its writer leaves out, and a pod its owners; what Kubernetes 1.35 leaves off is
 * dropped unless it is there.
 */
export const preparePodStatus = (next: Pod, previous: Pod): Pod => {
  const { status: was = {}, metadata } = previous
  const { status = {} } = next
  return {
    ...next,
    metadata: withoutUndefined({ ...next.metadata, ownerReferences: metadata?.ownerReferences }),
    status: withoutUndefined({
      ...status,
      qosClass: status.qosClass || was.qosClass,
      observedGeneration: status.observedGeneration || was.observedGeneration,
      conditions: withGenerations(status.conditions, was.conditions),
      ...(was.resources === undefined &&
        was.allocatedResources === undefined && { resources: undefined, allocatedResources: undefined }),
      ...(was.extendedResourceClaimStatus === undefined && { extendedResourceClaimStatus: undefined }),
      containerStatuses: withoutDevices(status.containerStatuses),
      initContainerStatuses: withoutDevices(status.initContainerStatuses),
      ephemeralContainerStatuses: withoutDevices(status.ephemeralContainerStatuses),
    }),
  }
}

/** There may be several conditions of a type: they are told apart by their order. */
const withGenerations = (
  next: readonly PodCondition[] | undefined,
  previous: readonly PodCondition[] = [],
): readonly PodCondition[] | undefined => {
  const left = new Map<string, PodCondition[]>()
  for (const condition of previous.toReversed()) {
    const ofType = left.get(condition.type)
    if (ofType) ofType.push(condition)
    else left.set(condition.type, [condition])
  }
  return next?.map(condition => {
    const before = left.get(condition.type)?.pop()
    return before?.observedGeneration && !condition.observedGeneration
      ? { ...condition, observedGeneration: before.observedGeneration }
      : condition
  })
}

const withoutDevices = (statuses: readonly ContainerStatus[] | undefined): readonly ContainerStatus[] | undefined =>
  statuses?.map(({ allocatedResourcesStatus: _, ...status }) => status)
