import { RuntimeClass } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { SandboxConfig } from '@periplus/runtime'
import { unsupportedPod } from '../../admission/unsupported.ts'
import { oddText } from '../../files/odd-text.ts'
import { podResolver } from '../../files/resolver.ts'
import type { Action } from '../../plan/action.ts'
import { containersOf } from '../../plan/containers.ts'
import type { NodeContext } from '../context.ts'
import type { Effect, EffectFailure, PodShell } from '../effect.ts'
import { podCgroup, writePodCgroup } from '../../resources/pod-cgroup.ts'
import { asksForBandwidth, podBandwidth } from '../bandwidth.ts'
import { kernelHostname } from '../hostname.ts'
import { sandboxConfig } from '../sandbox-config.ts'

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
  const refuse = (message: string): Either<EffectFailure, never> => {
    tell('Warning', 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`)
    return E.left({ reason: 'CreatePodSandboxError', message })
  }
  const cannot = unsupportedPod(pod)
  if (cannot !== undefined) return refuse(cannot)
  const bandwidth = pod.spec?.hostNetwork ? E.right(undefined) : podBandwidth(pod)
  if (E.isLeft(bandwidth)) return refuse(bandwidth.left)
  if (pod.spec?.hostNetwork && asksForBandwidth(pod))
    tell('Warning', 'HostNetworkNotSupported', 'Bandwidth shaping is not currently supported on the host network')
  if (asksForSeLinux(pod) && !node.settings.features.seLinux)
    tell('Warning', 'SELinuxUnavailable', 'SELinux is not enabled on the host: seLinuxOptions have no effect')
  const config = await sandboxConfigOn(node, pod, action.attempt)
  if (E.isLeft(config)) return refuse(config.left)
  if (node.runtime.name === 'containerd') {
    const { features } = node.settings
    const limited = await writePodCgroup(config.right.cgroupParent, podCgroup(pod, features), features)
    if (E.isLeft(limited)) return refuse(limited.left)
  }
  const made = await node.runtime.runSandbox({
    ...config.right,
    ...(bandwidth.right && { bandwidth: bandwidth.right }),
  })
  if (E.isLeft(made)) return refuse(made.left.message)
  // No container begins before the network lets through what it should, and nothing else; a pod that is told to end needs none.
  const address = () => addressOf(node, made.right)
  await Promise.race([node.admitToNetwork(pod.metadata?.uid ?? '', address), shell.cancellation])
  return E.right(undefined)
}

const addressOf = async ({ runtime }: NodeContext, sandboxId: string): Promise<string | undefined> => {
  const known = await runtime.sandboxes()
  return E.isRight(known) ? known.right.find(({ id }) => id === sandboxId)?.ips[0] : undefined
}

/** A host without SELinux runs such pods all the same, in Kubernetes too; that they are not confined is said. */
const asksForSeLinux = (pod: Pod): boolean =>
  [pod.spec, ...containersOf(pod)].some(each => each?.securityContext?.seLinuxOptions !== undefined)

/** How this node would have the pod's sandbox; refused where its RuntimeClass is not there or its name is too long. */
export const sandboxConfigOn = async (
  { disk, settings, cut }: NodeContext,
  pod: Pod,
  attempt: number,
): Promise<Either<string, SandboxConfig>> => {
  const odd = oddText(pod)
  if (odd !== undefined) return E.left(odd)
  const className = pod.spec?.runtimeClassName
  const runtimeClass = className ? cut.get(RuntimeClass, '', className) : undefined
  if (className && !runtimeClass) return E.left(`runtimeclass.node.k8s.io "${className}" not found`)
  const hostname = pod.spec?.hostNetwork ? E.right(settings.hostname) : kernelHostname(pod, settings.clusterDomain)
  if (E.isLeft(hostname)) return hostname
  return E.right(
    sandboxConfig(pod, attempt, {
      logDirectory: disk.logDirectory(pod),
      dns: podResolver(pod, { ...settings, host: await disk.hostResolver() }),
      settings,
      hostname: hostname.right,
      runtimeHandler: runtimeClass?.handler ?? '',
    }),
  )
}
