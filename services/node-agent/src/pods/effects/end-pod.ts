import { E } from '@periplus/prelude'
import type { Effect, PodShell } from '../effect.ts'
import { removeObject } from '../remove-object.ts'
import { untilSeen } from '../write-status.ts'

/** Stops sandboxes whose containers have ended. */
export const stopSandboxes = async ({ node, tell }: PodShell, sandboxIds: readonly string[]): Effect => {
  for (const id of sandboxIds) {
    const stopped = await node.runtime.stopSandbox(id)
    if (E.isLeft(stopped) && stopped.left.tag !== 'NotFound') {
      tell(undefined)('Warning', 'FailedKillPod', `error killing pod: failed to stop sandbox: ${stopped.left.message}`)
      return E.left({ reason: 'KillPodSandboxError', message: stopped.left.message, retryAfterSeconds: 2 })
    }
  }
  return E.right(undefined)
}

/** Volumes and cgroups go; logs and dead containers stay for people to look at. */
export const tearDown = async ({ node, pod }: PodShell): Effect => {
  const done = await node.disk.tearDown(pod)
  return E.isRight(done) ? done : E.left({ reason: 'FailedUnmount', message: done.left, retryAfterSeconds: 2 })
}

/** The pod has ended, and the API need not show it any longer. */
export const deleteObject = async ({ node, pod, origin }: PodShell): Effect => {
  const deleted = await removeObject(node, pod, origin)
  // Until the node's own cut shows it, the pod is as it was, and would be asked for again and again.
  if (E.isRight(deleted)) {
    await untilSeen(node, deleted.right.sequence)
    return E.right(undefined)
  }
  return E.left({ reason: 'DeleteFailed', message: deleted.left.tag, retryAfterSeconds: 2 })
}

/** The API has forgotten the pod; so does the machine. */
export const forget = async ({ node, pod, runtime }: PodShell): Effect => {
  await node.lastLines(pod.metadata?.uid ?? '')
  for (const container of runtime.containers) {
    const removed = await node.runtime.removeContainer(container.id)
    if (E.isLeft(removed) && removed.left.tag !== 'NotFound')
      return E.left({ reason: 'RemoveContainerError', message: removed.left.message, retryAfterSeconds: 2 })
    await node.disk.forgetContainer(container)
  }
  for (const sandbox of runtime.sandboxes) {
    const removed = await node.runtime.removeSandbox(sandbox.id)
    if (E.isLeft(removed) && removed.left.tag !== 'NotFound')
      return E.left({ reason: 'RemoveSandboxError', message: removed.left.message, retryAfterSeconds: 2 })
  }
  const forgotten = await node.disk.forget(pod)
  return E.isRight(forgotten)
    ? forgotten
    : E.left({ reason: 'FailedCleanup', message: forgotten.left, retryAfterSeconds: 2 })
}
