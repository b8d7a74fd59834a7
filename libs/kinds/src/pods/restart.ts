import type { Container, ContainerRestartRule } from '../core/v1/container.ts'

type Restarting = Pick<Container, 'restartPolicy' | 'restartPolicyRules'>

/** The container's own rule for what exits so: the first that fits. */
export const restartRule = ({ restartPolicyRules }: Restarting, exitCode: number): ContainerRestartRule | undefined =>
  restartPolicyRules?.find(
    ({ exitCodes }) => exitCodes !== undefined && matches(exitCodes.operator, exitCodes.values ?? [], exitCode),
  )

const matches = (operator: string, values: readonly number[], exitCode: number): boolean =>
  operator === 'NotIn' ? !values.includes(exitCode) : values.includes(exitCode)

/** Whether a container that exited so is to run again: by its own rules, its own policy, or its pod's. */
export const restartsAfter = (container: Restarting, podPolicy: string | undefined, exitCode: number): boolean => {
  const rule = restartRule(container, exitCode)
  if (rule) return rule.action === 'Restart'
  switch (container.restartPolicy ?? podPolicy ?? 'Always') {
    case 'Never':
      return false
    case 'OnFailure':
      return exitCode !== 0
    default:
      return true
  }
}
