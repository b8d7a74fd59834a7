import { withoutUndefined } from '../../../describe/without-undefined.ts'
import type { Pod } from './schema.ts'
import type { PodCondition } from './status.ts'

/** A pod begins Pending, whatever the client says its status is. */
export const preparePodForCreate = (pod: Pod): Pod => {
  const gated = (pod.spec?.schedulingGates ?? []).length > 0
  return {
    ...pod,
    status: withoutUndefined({
      phase: 'Pending',
      conditions: gated ? [schedulingGated(pod.metadata?.creationTimestamp)] : undefined,
    }),
  }
}

const schedulingGated = (since: string | undefined): PodCondition => ({
  type: 'PodScheduled',
  status: 'False',
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
  ...(since !== undefined && { lastTransitionTime: since }),
})
