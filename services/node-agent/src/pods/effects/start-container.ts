import { ConfigMap, RuntimeClass, Service } from '@periplus/kinds'
import type { Container } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { ImageState } from '@periplus/runtime'
import { unsupportedContainer } from '../../admission/unsupported.ts'
import { containerEnv } from '../../env/container-env.ts'
import { serviceEnv, visibleServices } from '../../env/service-env.ts'
import { rootRefusal } from '../../images/non-root.ts'
import type { Action } from '../../plan/action.ts'
import { containersOf } from '../../plan/containers.ts'
import { graceSecondsOf } from '../../plan/grace-seconds.ts'
import { canRecurse } from '../../volumes/recursive-read-only.ts'
import { containerConfig } from '../container-config.ts'
import { cgroupParent } from '../../resources/cgroups.ts'
import { podCgroup, writePodCgroup } from '../../resources/pod-cgroup.ts'
import { podIpsOf } from '../../plan/pod-ips.ts'
import { secretsOf } from '../pod-sources.ts'
import type { Effect, PodShell } from '../effect.ts'
import type { StartFailure } from '../start-failure.ts'
import { showImageVolumes } from './image-volumes.ts'
import { pullSecrets } from './pull-secrets.ts'
import { sandboxConfigOn } from './run-sandbox.ts'

type Start = Extract<Action, { tag: 'StartContainer' }>

/** Image, configuration, creation, start, postStart hook: the first that fails is what the container waits with. */
export const startContainer = async (shell: PodShell, action: Start): Effect => {
  const { pod, node } = shell
  const container = containersOf(pod).find(({ name }) => name === action.subject)
  if (!container) return E.right(undefined)
  const tell = shell.tell(container.name)
  const pulled = async (): Promise<Either<StartFailure, ImageState>> => {
    const secrets = await pullSecrets(shell)
    const volumes = await showImageVolumes(shell, container, secrets)
    return E.isLeft(volumes) ? volumes : node.images.ensure(pod, container, secrets, tell)
  }
  // A pull that nobody needs any more may take as long as it likes.
  const image = await Promise.race([pulled(), givenUp(shell)])
  if (E.isLeft(image)) {
    const { reason, message } = image.left
    if (reason === 'ErrImagePull' || reason === 'ErrImageNeverPull') tell('Warning', 'Failed', `Error: ${reason}`)
    if (reason === 'CreateContainerError') tell('Warning', 'Failed', `Error: ${message}`)
    return image
  }
  if (shell.cancelled()) return cancelled
  const created = await create(shell, action, container, image.right)
  if (E.isLeft(created)) {
    tell('Warning', 'Failed', `Error: ${created.left.message}`)
    return created
  }
  tell('Normal', 'Created', 'Container created')
  const id = created.right
  await node.disk.linkLog(pod, container.name, action.attempt, id)
  const started = await node.runtime.startContainer(id)
  if (E.isLeft(started)) {
    tell('Warning', 'Failed', `Error: ${started.left.message}`)
    return E.left({ reason: 'RunContainerError', message: started.left.message })
  }
  tell('Normal', 'Started', 'Container started')
  return postStart(shell, container, id)
}

const cancelled: Either<StartFailure, never> = E.left({ reason: 'Cancelled', message: 'the pod is being ended' })

const givenUp = async ({ cancellation }: PodShell): Promise<typeof cancelled> => {
  await cancellation
  return cancelled
}

const create = async (
  shell: PodShell,
  action: Start,
  container: Container,
  image: ImageState,
): Promise<Either<StartFailure, string>> => {
  const { node, pod, runtime } = shell
  const misconfigured = (message: string): Either<StartFailure, never> =>
    E.left({ reason: 'CreateContainerConfigError', message })
  const cannot = rootRefusal(pod, container, image) ?? unsupportedContainer(container)
  if (cannot) return misconfigured(cannot)
  const namespace = pod.metadata?.namespace ?? ''
  const sandbox = runtime.sandboxes.find(({ id }) => id === action.sandboxId)
  const podIps = podIpsOf(pod, runtime.sandboxes, node.settings.hostIps)
  const secrets = await node.secrets(secretsOf(pod))
  if (E.isLeft(secrets)) return misconfigured(secrets.left)
  const env = containerEnv(pod, container, {
    configMap: name => node.cut.get(ConfigMap, namespace, name),
    secret: name => secrets.right({ namespace, name }),
    services: serviceEnv(visibleServices(node.cut.list(Service), namespace, pod.spec?.enableServiceLinks ?? true)),
    place: { nodeName: node.settings.nodeName, hostIps: node.settings.hostIps, podIps },
    allocatable: node.settings.allocatable,
  })
  if (E.isLeft(env)) return misconfigured(env.left)
  const config = await sandboxConfigOn(node, pod, sandbox?.pod.attempt ?? 0)
  if (E.isLeft(config)) return misconfigured(config.left)
  const target = targetOf(shell, container.name)
  if (E.isLeft(target)) return misconfigured(target.left)
  const mounts = await node.disk.mounts({
    pod,
    container,
    attempt: action.attempt,
    hostname: config.right.hostname,
    podIps,
    dns: config.right.dns,
    env: env.right,
    canRecurse: canRecurse(pod, node.handlers(), name => node.cut.get(RuntimeClass, '', name)),
  })
  if (E.isLeft(mounts)) return misconfigured(mounts.left)
  const roomy = await shareOf(shell, action)
  if (E.isLeft(roomy)) return E.left({ reason: 'CreateContainerError', message: roomy.left })
  const created = await node.runtime.createContainer(
    action.sandboxId,
    containerConfig({
      pod,
      container,
      attempt: action.attempt,
      backOffSeconds: action.backOffSeconds,
      image,
      env: env.right,
      ...mounts.right,
      sandbox: config.right,
      settings: node.settings,
      target: target.right,
    }),
  )
  return E.isLeft(created) ? E.left({ reason: 'CreateContainerError', message: created.left.message }) : created
}

/** One that starts again may have been given other resources: the pod's own limits follow. */
const shareOf = async ({ node, pod }: PodShell, { attempt }: Start): Promise<Either<string, void>> => {
  if (attempt === 0 || node.runtime.name !== 'containerd') return E.right(undefined)
  const { features, cgroupRoot } = node.settings
  return writePodCgroup(cgroupParent(cgroupRoot, pod), podCgroup(pod, features), features)
}

/** Whose processes an ephemeral container wants to see: those of a running container of its pod. */
const targetOf = ({ pod, runtime }: PodShell, name: string): Either<string, string | undefined> => {
  const wanted = pod.spec?.ephemeralContainers?.find(each => each.name === name)?.targetContainerName
  if (!wanted) return E.right(undefined)
  const found = runtime.containers.find(each => each.name === wanted && each.state === 'running')
  return found ? E.right(found.id) : E.left(`unable to find target container ${wanted}`)
}

/** A hook that fails takes the container with it, as Kubernetes documents. */
const postStart = async (shell: PodShell, container: Container, containerId: string): Effect => {
  const hook = container.lifecycle?.postStart
  if (!hook) return E.right(undefined)
  const { node, pod } = shell
  const [podIp = ''] = podIpsOf(pod, shell.runtime.sandboxes, node.settings.hostIps)
  const ran = await Promise.race([node.hooks.run(hook, { container, containerId, podIp }, 0), shell.cancellation])
  if (!ran) return cancelled
  if (E.isRight(ran)) return ran
  const tell = shell.tell(container.name)
  tell('Warning', 'FailedPostStartHook', `PostStartHook failed`)
  tell('Normal', 'Killing', `FailedPostStartHook`)
  await node.runtime.stopContainer(containerId, graceSecondsOf(pod))
  return E.left({ reason: 'PostStartHookError', message: ran.left })
}
