import { E, assertNever } from '@periplus/prelude'
import type { Action } from '../../plan/action.ts'
import type { Effect, PodShell } from '../effect.ts'
import { deleteObject, forget, stopSandboxes, tearDown } from './end-pod.ts'
import { killContainer } from './kill-container.ts'
import { resizePod } from './resize-pod.ts'
import { runSandbox } from './run-sandbox.ts'
import { startContainer } from './start-container.ts'

/** The plan's actions, carried out. */
export const perform = async (shell: PodShell, action: Exclude<Action, { tag: 'Tell' }>): Effect => {
  switch (action.tag) {
    case 'PrepareVolumes':
      return prepareVolumes(shell)
    case 'RunSandbox':
      return runSandbox(shell, action)
    case 'StartContainer':
      return startContainer(shell, action)
    case 'KillContainer':
      return killContainer(shell, action)
    case 'ResizePod':
      return resizePod(shell, action)
    case 'RemoveContainer':
      return removeContainer(shell, action.containerId)
    case 'RemoveSandbox':
      return removeSandbox(shell, action.sandboxId)
    case 'StopSandboxes':
      return stopSandboxes(shell, action.sandboxIds)
    case 'TearDown':
      return tearDown(shell)
    case 'DeleteObject':
      return deleteObject(shell)
    case 'Forget':
      return forget(shell)
    default:
      return assertNever(action)
  }
}

const prepareVolumes = async ({ node, pod, tell }: PodShell): Effect => {
  const ready = await node.disk.prepareVolumes(pod)
  if (E.isRight(ready)) return ready
  tell(undefined)('Warning', 'FailedMount', ready.left)
  return E.left({ reason: 'FailedMount', message: ready.left })
}

const removeContainer = async ({ node, runtime, pod }: PodShell, containerId: string): Effect => {
  await node.lastLines(pod.metadata?.uid ?? '', containerId)
  const container = runtime.containers.find(({ id }) => id === containerId)
  // First its files: once the runtime has forgotten it, nobody knows of them any more.
  if (container) await node.disk.forgetContainer(container)
  const removed = await node.runtime.removeContainer(containerId)
  return E.isLeft(removed) && removed.left.tag !== 'NotFound'
    ? E.left({ reason: 'RemoveContainerError', message: removed.left.message, retryAfterSeconds: 30 })
    : E.right(undefined)
}

const removeSandbox = async ({ node }: PodShell, sandboxId: string): Effect => {
  const removed = await node.runtime.removeSandbox(sandboxId)
  if (E.isLeft(removed) && removed.left.tag !== 'NotFound')
    return E.left({ reason: 'RemoveSandboxError', message: removed.left.message, retryAfterSeconds: 30 })
  return E.right(undefined)
}
