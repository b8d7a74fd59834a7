import { getCondition } from '@periplus/kinds'
import { withCondition } from './conditions.ts'
import { progressDeadline } from './limits.ts'
import type { Step } from './rollout.ts'

/** Says that the rollout was paused or resumed, so that the deadline doesn't run while nothing is to happen. */
export const notePause: Step = rollout => {
  const { deployment, conditions, moment } = rollout
  if (progressDeadline(deployment) === undefined) return rollout
  const reason = getCondition(conditions, 'Progressing')?.reason
  // What has timed out stays so until it gets on.
  if (reason === 'ProgressDeadlineExceeded') return rollout
  const paused = deployment.spec?.paused ?? false
  if (paused === (reason === 'DeploymentPaused')) return rollout
  return {
    ...rollout,
    conditions: withCondition(
      conditions,
      'Progressing',
      'Unknown',
      paused ? 'DeploymentPaused' : 'DeploymentResumed',
      paused ? 'Deployment is paused' : 'Deployment is resumed',
      moment.now,
    ),
  }
}
