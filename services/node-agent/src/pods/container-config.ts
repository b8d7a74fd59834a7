import type { Container, Pod } from '@periplus/kinds'
import { graceAnnotation } from '@periplus/runtime'
import type { ContainerConfig, Device, ImageState, Mount, SandboxConfig } from '@periplus/runtime'
import { expand } from '../env/expand.ts'
import { backOffAnnotation } from '../plan/back-off.ts'
import { graceSecondsOf } from '../plan/grace-seconds.ts'
import { containerHash, hashAnnotation } from '../plan/container-hash.ts'
import { resourcesAnnotation, resourcesText } from '../resize/given.ts'
import { linuxResources } from '../resources/linux-resources.ts'
import { containerNameLabel, podNameLabel, podNamespaceLabel, podUidLabel } from '../runtime/labels.ts'
import type { NodeSettings } from '../settings.ts'
import { containerSecurity } from './container-security.ts'

export interface ContainerRequest {
  readonly pod: Pod
  readonly container: Container
  readonly attempt: number
  readonly backOffSeconds: number
  readonly image: ImageState
  readonly env: ReadonlyMap<string, string>
  readonly mounts: readonly Mount[]
  readonly devices: readonly Device[]
  readonly sandbox: SandboxConfig
  readonly settings: NodeSettings
  /** The container that an ephemeral one was put beside, by id. */
  readonly target: string | undefined
}

/** A container as CRI takes it. What a later agent must know of it stands in its annotations. */
export const containerConfig = (request: ContainerRequest): ContainerConfig => {
  const { pod, container, attempt, env } = request
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {}
  const expanded = (texts: readonly string[] | undefined): readonly string[] =>
    (texts ?? []).map(text => expand(text, variable => env.get(variable)))
  return {
    name: container.name,
    attempt,
    image: request.image.id,
    userSpecifiedImage: container.image ?? '',
    command: expanded(container.command),
    args: expanded(container.args),
    workingDirectory: container.workingDir ?? '',
    env: [...env].map(([variable, value]) => ({ name: variable, value })),
    mounts: request.mounts,
    devices: request.devices,
    labels: {
      [podNameLabel]: name,
      [podNamespaceLabel]: namespace,
      [podUidLabel]: uid,
      [containerNameLabel]: container.name,
    },
    annotations: {
      [hashAnnotation]: containerHash(container),
      [backOffAnnotation]: String(request.backOffSeconds),
      [resourcesAnnotation]: resourcesText(container),
      'io.kubernetes.container.restartCount': String(attempt),
      'io.kubernetes.container.terminationMessagePath': container.terminationMessagePath ?? '/dev/termination-log',
      'io.kubernetes.container.terminationMessagePolicy': container.terminationMessagePolicy ?? 'File',
      [graceAnnotation]: String(graceSecondsOf(pod)),
    },
    logPath: `${container.name}/${attempt}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    resources: linuxResources(pod, container, request.settings),
    security: containerSecurity(pod, container, request.settings),
    ...(request.target === undefined ? {} : { processesOf: request.target }),
    sandbox: request.sandbox,
  }
}
