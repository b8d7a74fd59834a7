import type { ContainerStatus, Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ContainerState, NodeRefusal } from '@periplus/runtime'
import { containersOf } from '../plan/containers.ts'

/** Which container's log is meant, or the kubelet's words for why there is none. */
export const chooseLog = (
  pod: Pod,
  containers: readonly ContainerState[],
  name: string,
  previous: boolean,
): Either<NodeRefusal, ContainerState> => {
  const podName = pod.metadata?.name ?? ''
  const bad = (message: string): Either<NodeRefusal, never> => E.left({ tag: 'BadRequest', message })
  if (!containersOf(pod).some(container => container.name === name))
    return bad(`container "${name}" in pod "${podName}" is not available`)
  const attempts = containers.filter(container => container.name === name)
  const status = statusOf(pod, name)
  if (previous) {
    const told = idOf(status?.lastState?.terminated?.containerID)
    const dead = attempts.filter(({ state }) => state === 'exited')
    const found = attempts.find(({ id }) => id === told) ?? dead.find(({ id }) => id !== attempts[0]?.id)
    return found ? E.right(found) : bad(`previous terminated container "${name}" in pod "${podName}" not found`)
  }
  const [newest] = attempts
  if (newest) return E.right(newest)
  const waiting = status?.state?.waiting
  if (waiting?.reason === 'ErrImagePull' || waiting?.reason === 'ImagePullBackOff')
    return bad(`container "${name}" in pod "${podName}" is waiting to start: ${reasonText(waiting.reason)}`)
  return bad(`container "${name}" in pod "${podName}" is waiting to start: ${waiting?.reason ?? 'ContainerCreating'}`)
}

const reasonText = (reason: string): string =>
  reason === 'ErrImagePull' ? "image can't be pulled" : 'trying and failing to pull image'

const statusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find(each => each.name === name)

const idOf = (containerId: string | undefined): string | undefined => containerId?.split('://')[1]
