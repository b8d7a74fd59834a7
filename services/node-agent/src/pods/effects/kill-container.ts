import { E } from '@periplus/prelude'
import type { Action } from '../../plan/action.ts'
import { containersOf } from '../../plan/containers.ts'
import { podIpsOf } from '../../plan/pod-ips.ts'
import type { Effect, PodShell } from '../effect.ts'

/** However little of the grace period a hook leaves, the container has this long to heed SIGTERM. */
const leastSeconds = 2

/** preStop hook within the grace period, then, when no service leads here any more, SIGTERM, then SIGKILL when the rest of it is over. */
export const killContainer = async (shell: PodShell, action: Extract<Action, { tag: 'KillContainer' }>): Effect => {
  const { node, pod } = shell
  const tell = shell.tell(action.name)
  const secondsLeft = (): number => (action.deadline - node.clock.now()) / 1000
  const immediate = secondsLeft() <= 0
  tell('Normal', 'Killing', action.message)
  const container = containersOf(pod).find(({ name }) => name === action.name)
  const hook = container?.lifecycle?.preStop
  if (container && hook && action.runPreStop && !immediate) {
    const [podIp = ''] = podIpsOf(pod, shell.runtime.sandboxes, node.settings.hostIps)
    const ran = await node.hooks.run(hook, { container, containerId: action.containerId, podIp }, secondsLeft())
    if (E.isLeft(ran)) tell('Warning', 'FailedPreStopHook', `PreStopHook failed`)
  }
  await node.leftNetwork()
  const grace = immediate ? 0 : Math.max(leastSeconds, Math.ceil(secondsLeft()))
  const stopped = await node.runtime.stopContainer(action.containerId, grace)
  if (E.isRight(stopped) || stopped.left.tag === 'NotFound') return E.right(undefined)
  return E.left({ reason: 'KillContainerError', message: stopped.left.message, retryAfterSeconds: 1 })
}
