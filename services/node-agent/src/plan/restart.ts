import type { Container, Pod } from '@periplus/kinds'
import type { ContainerRole } from './containers.ts'

/** Whether a container that has exited so is to run again: nothing else decides that, the pod's phase included. */
export const restarts = (pod: Pod, container: Container, role: ContainerRole, exitCode: number): boolean => {
  if (role === 'ephemeral') return false
  if (role === 'sidecar') return true
  const rule = container.restartPolicyRules?.find(
    ({ exitCodes }) => exitCodes !== undefined && matches(exitCodes.operator, exitCodes.values ?? [], exitCode),
  )
  if (rule) return rule.action === 'Restart'
  if (role === 'init' && exitCode === 0) return false
  switch (container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always') {
    case 'Never':
      return false
    case 'OnFailure':
      return exitCode !== 0
    default:
      return true
  }
}

const matches = (operator: string, values: readonly number[], exitCode: number): boolean =>
  operator === 'NotIn' ? !values.includes(exitCode) : values.includes(exitCode)
