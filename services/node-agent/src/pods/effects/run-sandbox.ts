import { E } from '@periplus/prelude'
import { podResolver } from '../../files/resolver.ts'
import type { Action } from '../../plan/action.ts'
import { sandboxConfig } from '../sandbox-config.ts'
import type { PodShell, Effect } from '../effect.ts'
import type { NodeSettings } from '../../settings.ts'
import type { Pod } from '@periplus/kinds'
import type { SandboxConfig } from '@periplus/runtime'
import type { PodDisk } from '../../files/pod-disk.ts'

/** A new sandbox in place of what there was. */
export const runSandbox = async (shell: PodShell, action: Extract<Action, { tag: 'RunSandbox' }>): Effect => {
  const { node, pod } = shell
  const tell = shell.tell(undefined)
  if (action.replaces.length > 0)
    tell('Normal', 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.')
  for (const sandboxId of action.replaces) {
    const stopped = await node.runtime.stopSandbox(sandboxId)
    if (E.isLeft(stopped) && stopped.left.tag !== 'NotFound')
      return E.left({ reason: 'KillPodSandboxError', message: stopped.left.message })
  }
  const config = await sandboxConfigOn(node.disk, node.settings, pod, action.attempt)
  const made = await node.runtime.runSandbox(config)
  if (E.isLeft(made)) {
    tell('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${made.left.message}`)
    return E.left({ reason: 'CreatePodSandboxError', message: made.left.message })
  }
  return E.right(undefined)
}

export const sandboxConfigOn = async (
  disk: PodDisk,
  settings: NodeSettings,
  pod: Pod,
  attempt: number,
): Promise<SandboxConfig> =>
  sandboxConfig(pod, attempt, {
    logDirectory: disk.logDirectory(pod),
    dns: podResolver(pod, { ...settings, host: await disk.hostResolver() }),
    cgroupRoot: settings.cgroupRoot,
    nodeHostname: settings.hostname,
  })
