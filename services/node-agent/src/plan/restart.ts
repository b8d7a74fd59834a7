import { restartRule, restartsAfter } from '@periplus/kinds'
import type { Container, Pod } from '@periplus/kinds'
import type { ContainerRole } from './containers.ts'

/** Whether a container that has exited so is to run again: nothing else decides that, the pod's phase included. */
export const restarts = (pod: Pod, container: Container, role: ContainerRole, exitCode: number): boolean => {
  if (role === 'ephemeral') return false
  if (role === 'sidecar') return true
  if (role === 'init' && exitCode === 0 && !restartRule(container, exitCode)) return false
  return restartsAfter(container, pod.spec?.restartPolicy, exitCode)
}
