import { millisecondsOf } from '@periplus/api'
import { podCondition } from '@periplus/kinds'
import type { ContainerStatus, Pod } from '@periplus/kinds'

const endOf = ({ state }: ContainerStatus): number | undefined => millisecondsOf(state?.terminated?.finishedAt)

/** When the last of the containers and sidecars ended; `undefined` while one has not, or where there is none. */
const endOfContainers = ({ spec, status }: Pod): number | undefined => {
  const sidecars = new Set(
    (spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  )
  const ends = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ].map(endOf)
  return ends.length > 0 && ends.every(end => end !== undefined) ? Math.max(...ends) : undefined
}

/**
 * When a pod ended, in milliseconds since the epoch, from the best that it has: its containers, since when it isn't ready, when it
 * was asked to go, when it was made.
 */
export const finishTime = (pod: Pod): number => {
  const ended = endOfContainers(pod)
  if (ended !== undefined) return ended
  const ready = podCondition(pod, 'Ready')
  const unready = ready?.status === 'False' ? millisecondsOf(ready.lastTransitionTime) : undefined
  if (unready !== undefined) return unready
  const { deletionTimestamp, deletionGracePeriodSeconds, creationTimestamp } = pod.metadata ?? {}
  const deadline = millisecondsOf(deletionTimestamp)
  if (deadline !== undefined) return deadline - Number(deletionGracePeriodSeconds ?? 0) * 1000
  return millisecondsOf(creationTimestamp) ?? 0
}
