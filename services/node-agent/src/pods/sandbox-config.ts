import type { Pod } from '@periplus/kinds'
import type { PortMapping, SandboxConfig } from '@periplus/runtime'
import { containersOf } from '../plan/containers.ts'
import { cgroupParent } from '../resources/cgroups.ts'
import { sandboxResources } from '../resources/linux-resources.ts'
import { podNameLabel, podNamespaceLabel, podUidLabel } from '../runtime/labels.ts'
import type { NodeSettings } from '../settings.ts'
import { podIdentity } from './container-security.ts'

/** The sandbox of a pod, as CRI takes it. */
export const sandboxConfig = (
  pod: Pod,
  attempt: number,
  node: {
    readonly logDirectory: string
    readonly dns: SandboxConfig['dns']
    readonly settings: NodeSettings
    readonly hostname: string
    readonly runtimeHandler: string
  },
): SandboxConfig => {
  const { name = '', namespace = '', uid = '', labels = {}, annotations = {} } = pod.metadata ?? {}
  const { spec } = pod
  return {
    pod: { name, namespace, uid, attempt },
    hostname: node.hostname,
    logDirectory: node.logDirectory,
    dns: node.dns,
    portMappings: spec?.hostNetwork ? [] : portMappings(pod),
    labels: { ...labels, [podNameLabel]: name, [podNamespaceLabel]: namespace, [podUidLabel]: uid },
    annotations,
    cgroupParent: cgroupParent(node.settings.cgroupRoot, pod),
    sysctls: Object.fromEntries((spec?.securityContext?.sysctls ?? []).map(sysctl => [sysctl.name, sysctl.value])),
    hostNetwork: spec?.hostNetwork ?? false,
    hostPid: spec?.hostPID ?? false,
    hostIpc: spec?.hostIPC ?? false,
    sharePids: spec?.shareProcessNamespace ?? false,
    privileged: containersOf(pod).some(({ securityContext }) => securityContext?.privileged),
    identity: podIdentity(pod),
    ...sandboxResources(pod, node.settings),
    runtimeHandler: node.runtimeHandler,
  }
}

export const portMappings = (pod: Pod): readonly PortMapping[] =>
  containersOf(pod)
    .flatMap(container => container.ports ?? [])
    .filter(port => port.hostPort)
    .map(port => ({
      protocol: protocolOf(port.protocol),
      containerPort: port.containerPort,
      hostPort: port.hostPort ?? 0,
      hostIp: port.hostIP ?? '',
    }))

const protocolOf = (text: string | undefined): PortMapping['protocol'] =>
  text === 'UDP' || text === 'SCTP' ? text : 'TCP'
