import type { ContainerState } from '@periplus/runtime'
import type { Container, Pod } from '@periplus/kinds'
import type { ContainerRole } from './containers.ts'

/** Whether a container that has exited is to run again. */
export const restarts = (pod: Pod, container: Container, role: ContainerRole, exited: ContainerState): boolean => {
  if (role === 'ephemeral') return false
  if (role === 'sidecar') return true
  const rule = container.restartPolicyRules?.find(
    ({ exitCodes }) => exitCodes !== undefined && matches(exitCodes.operator, exitCodes.values ?? [], exited.exitCode),
  )
  if (rule) return rule.action === 'Restart'
  if (role === 'init' && exited.exitCode === 0) return false
  switch (container.restartPolicy ?? pod.spec?.restartPolicy ?? 'Always') {
    case 'Never':
      return false
    case 'OnFailure':
      return exited.exitCode !== 0
    default:
      return true
  }
}

const matches = (operator: string, values: readonly number[], exitCode: number): boolean =>
  operator === 'NotIn' ? !values.includes(exitCode) : values.includes(exitCode)
